package openapi_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gorilla/mux"
	"github.com/stretchr/testify/require"

	"github.com/virtengine/virtengine/chain/app/openapi"
)

func TestPage(t *testing.T) {
	r := mux.NewRouter()
	openapi.Register(r)
	for path, want := range map[string]struct {
		reason string
		code   int
		holds  string
	}{
		"/swagger/":              {"our page goes before the SDK's", http.StatusOK, "VirtEngine node"},
		"/swagger/swagger.json":  {"our description", http.StatusOK, "/virtengine/market/v1/orders"},
		"/swagger/swagger.yaml":  {"the SDK's description", http.StatusOK, "cosmos"},
		"/swagger/nothing.js":    {"nothing else", http.StatusNotFound, ""},
		"/swagger/../openapi.go": {"nothing outside", http.StatusMovedPermanently, ""},
	} {
		t.Run(path, func(t *testing.T) {
			w := httptest.NewRecorder()
			r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			require.Equal(t, want.code, w.Code, want.reason)
			require.Contains(t, w.Body.String(), want.holds, want.reason)
		})
	}
}
