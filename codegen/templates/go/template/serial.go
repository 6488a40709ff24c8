package latido

import "sync"

// serial runs calls one after the other, in the order in which they came. Its goroutine lives only while
// there is something to do.
type serial struct {
	mu      sync.Mutex
	calls   []func()
	running bool
}

// do runs a call after those before it. It does not wait.
func (s *serial) do(call func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call)
	if !s.running {
		s.running = true
		go s.run()
	}
}

// wait runs a call and waits for its end. It must not be called within a call.
func (s *serial) wait(call func()) {
	done := make(chan struct{})
	s.do(func() {
		defer close(done)
		call()
	})
	<-done
}

func (s *serial) run() {
	for {
		s.mu.Lock()
		calls := s.calls
		s.calls = nil
		s.running = len(calls) > 0
		s.mu.Unlock()
		if len(calls) == 0 {
			return
		}
		for _, call := range calls {
			call()
		}
	}
}
