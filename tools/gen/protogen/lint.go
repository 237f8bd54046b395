package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
)

// lint holds every message and method to a comment, and every transaction to a signer: a reader meets the proto first.
func (h house) lint(files linker.Files) error {
	var found []error
	for _, file := range files {
		if at, ok := h.misplaced(file); ok {
			found = append(found, fmt.Errorf("%s: go_package must be below %s", h.position(file, at), h.packages()))
		}
		found = append(found, h.uncommented(file.Messages())...)
		for i := range file.Services().Len() {
			methods := file.Services().Get(i).Methods()
			for k := range methods.Len() {
				method := methods.Get(k)
				found = append(found, h.needsComment(method)...)
				if input := method.Input(); method.Parent().Name() == "Msg" && !signed(input) {
					found = append(found, fmt.Errorf("%s: %s needs option (cosmos.msg.v1.signer)", h.where(input), input.Name()))
				}
			}
		}
	}
	return errors.Join(found...)
}

// misplaced tells whether a file's Go code would be outside its house, and where the file says so.
func (h house) misplaced(file linker.File) (protoreflect.SourceLocation, bool) {
	options, _ := file.Options().(*descriptorpb.FileOptions)
	rest, ours := strings.CutPrefix(options.GetGoPackage(), h.packages())
	// Field 8 of a file is its options, and 11 of those go_package.
	return file.SourceLocations().ByPath(protoreflect.SourcePath{8, 11}), !ours || !filepath.IsLocal(rest)
}

// uncommented complains about each message without a comment, nested ones too.
func (h house) uncommented(messages protoreflect.MessageDescriptors) []error {
	var found []error
	for i := range messages.Len() {
		if message := messages.Get(i); !message.IsMapEntry() {
			found = append(found, h.needsComment(message)...)
			found = append(found, h.uncommented(message.Messages())...)
		}
	}
	return found
}

func (h house) needsComment(d protoreflect.Descriptor) []error {
	if strings.TrimSpace(d.ParentFile().SourceLocations().ByDescriptor(d).LeadingComments) != "" {
		return nil
	}
	return []error{fmt.Errorf("%s: %s needs a comment", h.where(d), d.Name())}
}

func (h house) where(d protoreflect.Descriptor) string {
	return h.position(d.ParentFile(), d.ParentFile().SourceLocations().ByDescriptor(d))
}

// position is file:line:column, counted from one.
func (h house) position(file protoreflect.FileDescriptor, at protoreflect.SourceLocation) string {
	return fmt.Sprintf("%s/%s:%d:%d", h.protos, file.Path(), at.StartLine+1, at.StartColumn+1)
}

// signed tells whether a message names its signer. Its options' bytes are read, so that it does not matter which
// registry decoded them.
func signed(message protoreflect.MessageDescriptor) bool {
	raw, err := proto.Marshal(message.Options())
	if err != nil {
		return false
	}
	for len(raw) > 0 {
		number, _, size := protowire.ConsumeField(raw)
		if size < 0 {
			return false
		}
		if number == signerOption {
			return true
		}
		raw = raw[size:]
	}
	return false
}

// signerOption is the field number of the option cosmos.msg.v1.signer.
const signerOption protowire.Number = 11110000
