package httpx

import (
	"bufio"
	"net"
	"net/http"
	"sync/atomic"
)

// answer remembers how far an answer has come.
type answer struct {
	http.ResponseWriter
	begun bool        // something of it has been sent, or its connection was taken over
	taken atomic.Bool // its connection was taken over
}

func (a *answer) WriteHeader(status int) {
	a.begun = a.begun || status >= 200 || status == http.StatusSwitchingProtocols
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(p []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(p)
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// Flush is for handlers that ask for an http.Flusher. Its error is the next Write's.
func (a *answer) Flush() {
	if err := a.FlushError(); err != nil {
		return
	}
}

// FlushError is for http.ResponseController.
func (a *answer) FlushError() error {
	a.begun = true
	return http.NewResponseController(a.ResponseWriter).Flush()
}

// Hijack is for WebSockets.
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(a.ResponseWriter).Hijack()
	if err == nil {
		a.begun = true
		a.taken.Store(true)
	}
	return conn, rw, err
}
