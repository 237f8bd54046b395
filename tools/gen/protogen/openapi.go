package main

import (
	"slices"

	"github.com/bufbuild/protocompile/linker"
	"github.com/grpc-ecosystem/grpc-gateway/protoc-gen-swagger/options"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// describe returns a copy of all in which every method has an operation id of its own, and the names of the files whose
// services HTTP reaches: all but Msg, since transactions are broadcast. Left alone, protoc-gen-swagger calls each module's
// Params method Query_Params, which OpenAPI forbids, and the document after its first file.
func describe(all []*descriptorpb.FileDescriptorProto, files linker.Files) ([]*descriptorpb.FileDescriptorProto, []string) {
	var services []string
	described := make([]*descriptorpb.FileDescriptorProto, len(all))
	for i, file := range all {
		described[i] = file
		if files.FindFileByPath(file.GetName()) == nil || !slices.ContainsFunc(file.Service, overHTTP) {
			continue
		}
		file = proto.CloneOf(file)
		described[i] = file
		if len(services) == 0 {
			proto.SetExtension(file.Options, options.E_Openapiv2Swagger, &options.Swagger{
				Info: &options.Info{Title: "VirtEngine", Version: "v1"},
			})
		}
		services = append(services, file.GetName())
		for _, service := range file.Service {
			name := file.GetPackage() + "." + service.GetName()
			for _, method := range service.Method {
				if method.Options == nil {
					method.Options = &descriptorpb.MethodOptions{}
				}
				proto.SetExtension(method.Options, options.E_Openapiv2Operation, &options.Operation{
					OperationId: name + "." + method.GetName(),
					Tags:        []string{name},
				})
			}
		}
	}
	return described, services
}

func overHTTP(service *descriptorpb.ServiceDescriptorProto) bool { return service.GetName() != "Msg" }
