package httpx_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/security/httpx"
)

func stream(t *testing.T, life time.Duration, f http.HandlerFunc) http.Handler {
	h, err := httpx.Stream(life, f)
	require.NoError(t, err)
	return h
}

func TestAStreamOutlivesTheLimitsOfOthers(t *testing.T) {
	const quick = 100 * time.Millisecond
	others := make(chan struct{})
	mux := http.NewServeMux()
	mux.Handle("/stream", stream(t, time.Hour, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-others // which is later than all limits, as another connection shows
		if r.Context().Err() == nil {
			_, _ = io.WriteString(w, "second\n")
		}
	}))
	mux.HandleFunc("/other", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done(); close(others) })
	r := serve(t, httpx.ServerConfig{Handler: mux, Read: quick, Write: quick})
	res, err := get(t, client(t, httpx.ClientConfig{Limits: httpx.Limits{Stream: true}}), r.url()+"/stream")
	require.NoError(t, err)
	lines := bufio.NewScanner(res.Body)
	require.True(t, lines.Scan())
	_, err = io.WriteString(r.raw(), "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n")
	require.NoError(t, err)
	require.True(t, lines.Scan(), "the stream goes on when the other was cut")
	require.Equal(t, "second", lines.Text())
	require.NoError(t, res.Body.Close())
}

func TestAStreamEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		reason string
		life   time.Duration
		handle func(w http.ResponseWriter, r *http.Request)
	}{
		"ItsContext": {"a handler that looks at its context", 50 * time.Millisecond, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		"Writing": {"a handler whose client does not read", 50 * time.Millisecond, func(w http.ResponseWriter, _ *http.Request) {
			for piece := make([]byte, 1<<20); ; {
				if _, err := w.Write(piece); err != nil {
					return
				}
			}
		}},
		"Reading": {"a handler whose client does not write", 50 * time.Millisecond, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }},
	} {
		t.Run(name, func(t *testing.T) {
			ended := make(chan struct{})
			r := serve(t, httpx.ServerConfig{Handler: stream(t, tc.life, func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				tc.handle(w, r)
			})})
			_, err := io.WriteString(r.raw(), "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n")
			require.NoError(t, err)
			<-ended
		})
	}
	t.Run("WhenTheServerDoes", func(t *testing.T) {
		began := make(chan struct{})
		r := serve(t, httpx.ServerConfig{Grace: soon, Handler: stream(t, time.Hour, func(_ http.ResponseWriter, r *http.Request) {
			close(began)
			<-r.Context().Done()
		})})
		_, err := io.WriteString(r.raw(), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
		require.NoError(t, err)
		<-began
		r.stop()
		require.NoError(t, <-r.done, "streams do not use up the grace of others")
	})
	t.Run("ALifeOfNothing", func(t *testing.T) {
		_, err := httpx.Stream(0, says(""))
		require.ErrorIs(t, err, httpx.ErrConfig)
	})
}

// TestWebSockets is the gateway's case: over TLS and HTTP/1.1, taken over, told to end with the server, which waits.
func TestWebSockets(t *testing.T) {
	conf, pinned := secure(t)
	conf.NextProtos = []string{"http/1.1"}
	closed := make(chan error, 1)
	r := serve(t, httpx.ServerConfig{TLS: conf, Handler: stream(t, time.Hour, func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			closed <- err
			return
		}
		if err := c.Write(r.Context(), websocket.MessageText, []byte("hello")); err != nil {
			closed <- err
			return
		}
		<-r.Context().Done()
		closed <- c.Close(websocket.StatusGoingAway, "the server ends")
	})})
	c := client(t, httpx.ClientConfig{TLS: pinned, Limits: httpx.Limits{Stream: true}})
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "https://"+r.addr, &websocket.DialOptions{HTTPClient: c})
	require.NoError(t, err)
	_, message, err := conn.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, "hello", string(message))
	r.stop()
	_, _, err = conn.Read(ctx)
	require.Equal(t, websocket.StatusGoingAway, websocket.CloseStatus(err), "a taken connection is not cut under the handler's hands")
	require.NoError(t, <-closed)
	require.NoError(t, <-r.done)
}
