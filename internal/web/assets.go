package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets
var assetFiles embed.FS

// assets are the files pages load, each under a name that changes with its content, so that a browser may keep it for
// ever (RFC 8246, immutable).
type assets struct {
	named map[string]string // app.css → /assets/app.0a1b2c3d.css
	files map[string]asset  // app.0a1b2c3d.css → its content
}

type asset struct {
	content []byte
	kind    string
}

// assetKinds are the media types by extension. The machine's own table is not asked: it differs from one to the next.
var assetKinds = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
}

func loadAssets() (*assets, error) {
	a := &assets{named: map[string]string{}, files: map[string]asset{}}
	entries, err := fs.ReadDir(assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		content, err := fs.ReadFile(assetFiles, "assets/"+e.Name())
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(content)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		a.named[e.Name()] = AssetsPath + hashed
		a.files[hashed] = asset{content: content, kind: assetKinds[ext]}
	}
	return a, nil
}

func (a *assets) path(name string) (string, error) {
	p, ok := a.named[name]
	if !ok {
		return "", fmt.Errorf("web: no asset %q", name)
	}
	return p, nil
}

// Assets serves the files that pages load, below [AssetsPath]. They carry their content's hash in their name and are kept
// by browsers for a year.
func (v *Views) Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := v.assets.files[strings.TrimPrefix(r.URL.Path, AssetsPath)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.kind)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.content))
	})
}

// AssetPath is the address of an asset by its plain name, such as "app.css".
func (v *Views) AssetPath(name string) (string, error) { return v.assets.path(name) }
