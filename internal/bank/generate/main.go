//go:build ignore

// Generate makes directory.gz, the directory behind package bank, from the unpacked npm package zengin-code:
//
//	npm pack zengin-code@VERSION && tar xzf zengin-code-VERSION.tgz
//	cd internal/bank && ZENGIN_CODE=…/package go generate
//
// The same input gives the same bytes.
package main

import (
	"bytes"
	"log"
	"os"
	"path/filepath"

	"tsuke/internal/bank/zengincode"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 || os.Args[1] == "" {
		log.Fatal("usage: generate PACKAGE_FOLDER OUTPUT (with go generate: set ZENGIN_CODE)")
	}
	if err := generate(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func generate(folder, output string) error {
	about, err := os.ReadFile(filepath.Join(folder, "package.json"))
	if err != nil {
		return err
	}
	script, err := os.ReadFile(filepath.Join(folder, "lib", "zengin-data.js"))
	if err != nil {
		return err
	}
	directory, err := zengincode.Directory(about, script)
	if err != nil {
		return err
	}
	var packed bytes.Buffer
	if err := directory.Pack(&packed); err != nil {
		return err
	}
	return os.WriteFile(output, packed.Bytes(), 0o644)
}
