module github.com/latido/latido-go/testee

go 1.24

require (
	github.com/coder/websocket v1.8.15 // indirect
	github.com/latido/latido-go v0.0.0
)

replace github.com/latido/latido-go => ../../../generated/go
