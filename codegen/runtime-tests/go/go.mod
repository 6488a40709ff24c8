module github.com/latido/latido-go/runtime-tests

go 1.24

require github.com/latido/latido-go v0.0.0

require github.com/coder/websocket v1.8.15 // indirect

replace github.com/latido/latido-go => ../../../generated/go
