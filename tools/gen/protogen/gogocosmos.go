package main

import (
	"github.com/cosmos/gogoproto/vanity"
	"github.com/cosmos/gogoproto/vanity/command"
)

// gogoCosmos as the only argument makes this binary a protoc plugin. gogoproto's generator keeps its plugins in globals
// and ends the process when it fails, so every package gets a process of its own.
const gogoCosmos = "gogocosmos"

// servePlugin answers one request on standard input with the settings every Cosmos chain uses.
func servePlugin() {
	request := command.Read()
	files := vanity.FilterFiles(request.GetProtoFile(), vanity.NotGoogleProtobufDescriptorProto)
	vanity.ForEachFile(files, vanity.TurnOnMarshalerAll)
	vanity.ForEachFile(files, vanity.TurnOnSizerAll)
	vanity.ForEachFile(files, vanity.TurnOnUnmarshalerAll)
	vanity.ForEachFile(files, vanity.TurnOffGoUnrecognizedAll)
	vanity.ForEachFile(files, vanity.TurnOffGoUnkeyedAll)
	vanity.ForEachFile(files, vanity.TurnOffGoSizecacheAll)
	command.Write(command.Generate(request))
}
