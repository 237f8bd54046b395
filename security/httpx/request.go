package httpx

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"
)

// Problem is how a server says no, as JSON.
type Problem struct {
	Code    string `json:"code"` // stable, for programs
	Message string `json:"message"`
	Request string `json:"request,omitempty"` // its id, which the server's log has
}

// exchange is what a server knows about one request.
type exchange struct {
	id     string
	ending context.Context // ends when the server is to end
	late   *time.Timer     // ends the request's context when no answer can be written any more
	body   *requestBody
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// RequestID returns the id under which a server's log knows the request, also in the answer's header X-Request-Id. It is
// "" outside a request of this package's Server. Ids that clients send are not looked at.
func RequestID(ctx context.Context) string {
	if x := exchangeOf(ctx); x != nil {
		return x.id
	}
	return ""
}

// answer is the server's handler around all others.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	s.open.Add(1)
	defer s.open.Done()
	id, err := s.ids.Token()
	if err != nil {
		s.cfg.Log.Error("a request got no id", "error", err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("X-Request-Id", id)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	out := &answer{ResponseWriter: w}
	// net/http cuts the connection then, but lets a handler that neither reads nor writes work on.
	ctx, cancel := context.WithCancelCause(r.Context())
	defer cancel(nil)
	late := time.AfterFunc(s.cfg.Write, func() { cancel(fmt.Errorf("%w: no answer within %s", os.ErrDeadlineExceeded, s.cfg.Write)) })
	defer late.Stop()
	x := &exchange{id: id, ending: s.ending, late: late, body: newRequestBody(w, r.Body, r.ContentLength, s.cfg.MaxBody)}
	r = r.WithContext(context.WithValue(ctx, exchangeKey{}, x))
	r.Body = x.body
	defer s.recovered(out, r, id)
	if p, status := s.misdirected(r); p != nil {
		out.problem(status, *p, id)
		return
	}
	s.cfg.Handler.ServeHTTP(out, r)
	if x.body.over && !out.begun {
		out.problem(http.StatusRequestEntityTooLarge, Problem{Code: "body-too-large", Message: fmt.Sprintf("the request's body is longer than %d bytes", x.body.limit)}, id)
	}
}

// recovered ends a request whose handler panicked. What the panic said may be a secret: it is told to nobody.
func (s *Server) recovered(w *answer, r *http.Request, id string) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { //nolint:errorlint // a value of panic, which net/http compares in the same way
		panic(p)
	}
	s.cfg.Log.Error("a handler panicked", "request", id, "method", r.Method, "route", r.Pattern, "type", fmt.Sprintf("%T", p), "at", frames())
	if w.begun {
		panic(http.ErrAbortHandler) // the client must not take half an answer for a whole one
	}
	w.problem(http.StatusInternalServerError, Problem{Code: "internal", Message: "the server failed; its log has the reason under the request's id"}, id)
}

// frames are the functions and lines of the panic, without the values that debug.Stack prints.
func frames() []string {
	var pcs [48]uintptr
	var out []string
	stack := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := stack.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			out = append(out, fmt.Sprintf("%s:%d", f.Function, f.Line))
		}
		if !more || strings.HasSuffix(f.Function, "httpx.(*Server).answer") {
			return out
		}
	}
}

func (a *answer) problem(status int, p Problem, id string) {
	p.Request = id
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte("{}") // strings always have JSON
	}
	a.Header().Set("Content-Type", "application/json")
	a.WriteHeader(status)
	if _, err := a.Write(append(body, '\n')); err != nil {
		return // the client has gone
	}
}
