package main

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// network knows every connection of a case, to tell whether something has arrived that nobody has read.
type network struct {
	mu    sync.Mutex
	conns []syscall.RawConn
}

// client dials connections that the network knows.
func (n *network) client() *http.Client {
	var dialer net.Dialer
	return &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, kind, address string) (net.Conn, error) {
			conn, err := dialer.DialContext(ctx, kind, address)
			if err != nil {
				return nil, err
			}
			raw, err := conn.(syscall.Conn).SyscallConn()
			if err != nil {
				return nil, err
			}
			n.mu.Lock()
			defer n.mu.Unlock()
			n.conns = append(n.conns, raw)
			return conn, nil
		},
	}}
}

// isRead tells whether every byte that has arrived was read, and every end noticed.
func (n *network) isRead() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	open := n.conns[:0]
	isRead := true
	for _, conn := range n.conns {
		var peeked error
		err := conn.Control(func(fd uintptr) {
			_, _, peeked = syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		})
		if err != nil {
			continue // it is closed
		}
		open = append(open, conn)
		isRead = isRead && peeked == syscall.EAGAIN
	}
	n.conns = open
	return isRead
}

const (
	// quietLimit is after how long a program that does not come to rest counts as quiet all the same.
	quietLimit = 10 * time.Second
	// quietLooks is how often in a row it must be found at rest: what arrives between two looks is seen.
	quietLooks = 3
	// betweenLooks is short beside what a case waits for.
	betweenLooks = 100 * time.Microsecond
)

// breathe lets the program catch its breath: what has arrived is read, and what can run runs to its end.
// It stands in for the turns of an event loop, which Go does not have.
func (n *network) breathe() {
	limit := time.Now().Add(quietLimit)
	stacks := make([]byte, 1<<20)
	for looks := 0; looks < quietLooks && time.Now().Before(limit); {
		if n.isRead() && allWait(string(stacks[:runtime.Stack(stacks, true)])) {
			looks++
		} else {
			looks = 0
		}
		time.Sleep(betweenLooks)
	}
}

// allWait tells whether every goroutine but the first, which asks, waits for something.
func allWait(stacks string) bool {
	for i, stack := range strings.Split(stacks, "\n\n") {
		header, _, _ := strings.Cut(stack, "\n")
		_, state, _ := strings.Cut(header, "[")
		state, _, _ = strings.Cut(state, "]")
		state, _, _ = strings.Cut(state, ",")
		if i > 0 && (state == "running" || state == "runnable" || state == "syscall") {
			return false
		}
	}
	return true
}
