// Command pack writes a module as the files of a module proxy, as `go get` would fetch it.
//
// Usage: pack FOLDER MODULE VERSION PROXY
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: pack FOLDER MODULE VERSION PROXY")
		os.Exit(2)
	}
	version := module.Version{Path: os.Args[2], Version: os.Args[3]}
	if err := pack(os.Args[1], version, os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func pack(folder string, version module.Version, proxy string) error {
	escaped, err := module.EscapePath(version.Path)
	if err != nil {
		return err
	}
	target := filepath.Join(proxy, escaped, "@v")
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	goMod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return err
	}
	info := fmt.Sprintf("{%q:%q}\n", "Version", version.Version)
	base := filepath.Join(target, version.Version)
	archive, err := os.Create(base + ".zip")
	if err != nil {
		return err
	}
	return errors.Join(
		zip.CreateFromDir(archive, version, folder),
		archive.Close(),
		os.WriteFile(base+".mod", goMod, 0o644),
		os.WriteFile(base+".info", []byte(info), 0o644),
		os.WriteFile(filepath.Join(target, "list"), []byte(version.Version+"\n"), 0o644),
	)
}
