// The tests of the generated Go module, apart from it, so that it ships none.
module latido.test/runtime

go 1.24

require github.com/latido/latido-go v0.0.0

require github.com/coder/websocket v1.8.15 // indirect

replace github.com/latido/latido-go => ../../../generated/go
