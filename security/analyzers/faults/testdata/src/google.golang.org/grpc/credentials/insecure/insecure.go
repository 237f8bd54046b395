// Package insecure stands for google.golang.org/grpc/credentials/insecure.
package insecure

func NewCredentials() any { return nil }
