package registry

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"github.com/virtengine/virtengine/ml/publish/canon"
	"github.com/virtengine/virtengine/ml/publish/manifest"
	"github.com/virtengine/virtengine/security/hashes"
	"github.com/virtengine/virtengine/security/httpx"
)

// Handler serves a registry, to be read only:
//
//	GET /v1/names                       {"names":[...]}
//	GET /v1/names/NAME                  {"versions":[{"id","name","version"},...]}
//	GET /v1/names/NAME/VERSION          {"id","name","version"}
//	GET /v1/packs/sha256/HEX.vepack     the archive
//
// Answers other than archives are canonical JSON; what is not there is 404 with an httpx.Problem. It goes into an httpx.Server,
// whose Write limit must leave time for the largest archive. Fails with ErrNotFound for nil.
func Handler(d *Disk) (http.Handler, error) {
	if d == nil {
		return nil, fmt.Errorf("%w: no registry", ErrNotFound)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/names", func(w http.ResponseWriter, r *http.Request) {
		all, err := d.Names(r.Context())
		answer(w, r, nameList{all}, err)
	})
	mux.HandleFunc("GET /v1/names/{name}", func(w http.ResponseWriter, r *http.Request) {
		all, err := d.Versions(r.Context(), r.PathValue("name"))
		answer(w, r, versionList{all}, err)
	})
	mux.HandleFunc("GET /v1/names/{name}/{version}", func(w http.ResponseWriter, r *http.Request) {
		v, err := manifest.ParseVersion(r.PathValue("version"))
		if err != nil {
			answer(w, r, nil, err)
			return
		}
		record, err := d.Resolve(r.Context(), r.PathValue("name"), v)
		answer(w, r, record, err)
	})
	mux.HandleFunc("GET /v1/packs/sha256/{file}", d.servePack)
	return mux, nil
}

type nameList struct {
	Names []string `json:"names"`
}

type versionList struct {
	Versions []Record `json:"versions"`
}

// answer writes JSON, or why not. Of our own failures a client hears that there is one; the server's log has requests by id.
func answer(w http.ResponseWriter, r *http.Request, v any, err error) {
	status := http.StatusOK
	switch {
	case errors.Is(err, manifest.ErrInvalid):
		status = http.StatusBadRequest
	case errors.Is(err, ErrNotFound):
		status = http.StatusNotFound
	case err != nil:
		status = http.StatusInternalServerError
	}
	var body []byte
	if err == nil {
		body, err = canon.Marshal(v)
		if err != nil {
			status = http.StatusInternalServerError
		}
	}
	if err != nil {
		p := httpx.Problem{Code: "not_found", Message: "not in the registry", Request: httpx.RequestID(r.Context())}
		switch status {
		case http.StatusBadRequest:
			p.Code, p.Message = "malformed", err.Error()
		case http.StatusInternalServerError:
			p.Code, p.Message = "internal", "the registry cannot be read"
		}
		if body, err = json.Marshal(p); err != nil {
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // who went away hears nothing
}

func (d *Disk) servePack(w http.ResponseWriter, r *http.Request) {
	id, err := idOfFile(r.PathValue("file"))
	if err != nil {
		answer(w, r, nil, err)
		return
	}
	f, err := d.open(id)
	if err != nil {
		answer(w, r, nil, err)
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		answer(w, r, nil, err)
		return
	}
	w.Header().Set("Content-Type", "application/x-tar")
	w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	_, _ = io.CopyN(w, f, info.Size()) // a client finds out what is missing
}

// idOfFile reads HEX.vepack. Fails with ErrNotFound.
func idOfFile(file string) (hashes.Digest, error) {
	const digits = 64
	if len(file) != digits+len(suffix) || file[digits:] != suffix {
		return hashes.Digest{}, fmt.Errorf("%w: %.80q", ErrNotFound, file)
	}
	id, err := hashes.Parse("sha256:" + file[:digits])
	if err != nil {
		return hashes.Digest{}, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return id, nil
}
