package service

import (
	"encoding/json"
	"net/http"
)

// write answers with JSON. Who went away meanwhile needs no answer.
func write(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"code":"ENGINE","message":"the answer cannot be written"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n'))
}

// say answers a probe.
func say(w http.ResponseWriter, status int, word string) {
	write(w, status, map[string]string{"status": word})
}
