// Package bcrypt stands for golang.org/x/crypto/bcrypt.
package bcrypt

func GenerateFromPassword(password []byte, cost int) ([]byte, error) { return nil, nil }
