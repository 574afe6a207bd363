package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tsuke/internal/vault"
)

const (
	owner = "mem_00000000000000000000000001"
	other = "mem_00000000000000000000000002"
)

// secrets makes a folder with fresh keys.
func secrets(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "secrets")
	if err := vault.Create(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, dir string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newSubject(t testing.TB, v *vault.Vault, owner string) (vault.Subject, []byte) {
	t.Helper()
	s, wrapped, err := v.NewSubject(context.Background(), owner)
	if err != nil {
		t.Fatal(err)
	}
	return s, wrapped
}

func mustOpen(t *testing.T, v *vault.Vault, owner string, wrapped []byte, field string, sealed []byte) string {
	t.Helper()
	s, err := v.Subject(context.Background(), owner, wrapped)
	if err != nil {
		t.Fatal(err)
	}
	text, err := s.Open(field, sealed)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSealAndOpen(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	v := open(t, dir)
	s, wrapped := newSubject(t, v, owner)
	if len(wrapped) != 65 {
		t.Errorf("a wrapped key has %d bytes", len(wrapped))
	}
	rapid.Check(t, func(t *rapid.T) {
		field, text := rapid.String().Draw(t, "field"), rapid.String().Draw(t, "text")
		sealed := s.Seal(field, text)
		if len(sealed) != len(text)+29 || len(text) > 3 && bytes.Contains(sealed, []byte(text)) {
			t.Fatalf("%d bytes are sealed as %d", len(text), len(sealed))
		}
		if bytes.Equal(sealed, s.Seal(field, text)) {
			t.Fatal("sealing twice gives the same bytes")
		}
		if got, err := s.Open(field, sealed); err != nil || got != text {
			t.Fatalf("opened %q, %v", got, err)
		}
	})
	// A process that is started later reads the same.
	if got := mustOpen(t, open(t, dir), owner, wrapped, "phone", s.Seal("phone", "+819012345678")); got != "+819012345678" {
		t.Errorf("opened %q", got)
	}
}

func TestWhatDoesNotOpen(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	v, strange := open(t, secrets(t)), open(t, secrets(t))
	s, wrapped := newSubject(t, v, owner)
	another, anotherWrapped := newSubject(t, v, other)
	sealed := s.Seal("phone", "+819012345678")

	for name, attempt := range map[string]func() (string, error){
		"another field":   func() (string, error) { return s.Open("mail", sealed) },
		"another subject": func() (string, error) { return another.Open("phone", sealed) },
		"nothing":         func() (string, error) { return s.Open("phone", nil) },
		"short":           func() (string, error) { return s.Open("phone", sealed[:12]) },
		"cut":             func() (string, error) { return s.Open("phone", sealed[:len(sealed)-1]) },
		"longer":          func() (string, error) { return s.Open("phone", append(bytes.Clone(sealed), 0)) },
	} {
		if text, err := attempt(); !errors.Is(err, vault.ErrSealed) || text != "" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := s.Open("phone", bad); !errors.Is(err, vault.ErrSealed) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	for i := range wrapped {
		bad := bytes.Clone(wrapped)
		bad[i] ^= 1
		if _, err := v.Subject(ctx, owner, bad); !errors.Is(err, vault.ErrSealed) {
			t.Fatalf("byte %d of the key changed: %v", i, err)
		}
	}
	for name, attempt := range map[string]func() (vault.Subject, error){
		"the key of another row":  func() (vault.Subject, error) { return v.Subject(ctx, owner, anotherWrapped) },
		"the key in another row":  func() (vault.Subject, error) { return v.Subject(ctx, other, wrapped) },
		"another installation":    func() (vault.Subject, error) { return strange.Subject(ctx, owner, wrapped) },
		"rewrapping another's":    func() (_ vault.Subject, err error) { _, _, err = strange.Rewrap(ctx, owner, wrapped); return },
		"a field taken for a key": func() (vault.Subject, error) { return v.Subject(ctx, owner, sealed) },
	} {
		if _, err := attempt(); !errors.Is(err, vault.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestErasure(t *testing.T) {
	t.Parallel()
	v := open(t, secrets(t))
	if _, err := v.Subject(context.Background(), owner, nil); !errors.Is(err, vault.ErrErased) {
		t.Errorf("a subject without a key: %v", err)
	}
	if wrapped, changed, err := v.Rewrap(context.Background(), owner, nil); wrapped != nil || changed || err != nil {
		t.Errorf("an erased subject was rewrapped: %v, %v, %v", wrapped, changed, err)
	}
	if _, _, err := v.NewSubject(context.Background(), ""); err == nil {
		t.Error("a subject without an owner was made")
	}
}

// "ab"+"c" and "a"+"bc" must not be bound to the same bytes.
func TestPartsDoNotRunTogether(t *testing.T) {
	t.Parallel()
	v := open(t, secrets(t))
	if bytes.Equal(v.Index("ab", "c"), v.Index("a", "bc")) {
		t.Error("two pairs have one index")
	}
	s, _ := newSubject(t, v, "ab")
	sealed := s.Seal("c", "x")
	if _, err := s.Open("bc", sealed); !errors.Is(err, vault.ErrSealed) {
		t.Error("opened")
	}
}

func TestIndex(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	v := open(t, dir)
	phone := v.Index("phone", "+819012345678")
	if len(phone) != vault.IndexBytes || !bytes.Equal(phone, open(t, dir).Index("phone", "+819012345678")) {
		t.Errorf("index %x is not the same in the next process", phone)
	}
	for name, different := range map[string][]byte{
		"another value":        v.Index("phone", "+819012345679"),
		"another field":        v.Index("contact", "+819012345678"),
		"another installation": open(t, secrets(t)).Index("phone", "+819012345678"),
	} {
		if bytes.Equal(phone, different) {
			t.Errorf("%s has the same index", name)
		}
	}
	if all := v.Indexes("phone", "+819012345678"); len(all) != 1 || !bytes.Equal(all[0], phone) {
		t.Errorf("indexes: %x", all)
	}
}

// Rotation without a pause: at each step a process that has read the keys before it and one that has read them after it
// can read what the other writes.
func TestRotation(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := secrets(t)
	first := open(t, dir)
	s, wrapped := newSubject(t, first, owner)
	sealed := s.Seal("phone", "+819012345678")
	oldIndex := first.Index("phone", "+819012345678")

	change := func(act func(string, vault.Part) error) *vault.Vault {
		for _, part := range []vault.Part{vault.Wrapping, vault.Indexing} {
			if err := act(dir, part); err != nil {
				t.Fatal(err)
			}
		}
		return open(t, dir)
	}
	added := change(vault.Add)
	_, fromAdded := newSubject(t, added, other)
	if _, err := first.Subject(ctx, other, fromAdded); err != nil {
		t.Errorf("a process without the added key cannot read what one with it wrote: %v", err)
	}
	if !bytes.Equal(added.Index("phone", "+819012345678"), oldIndex) || len(added.Indexes("phone", "x")) != 2 {
		t.Error("an added key is used before it is promoted")
	}
	promoted := change(vault.Promote)
	_, fromPromoted := newSubject(t, promoted, other)
	if _, err := added.Subject(ctx, other, fromPromoted); err != nil {
		t.Errorf("a process that knows the key but does not use it cannot read what one that does wrote: %v", err)
	}
	if got := mustOpen(t, promoted, owner, wrapped, "phone", sealed); got != "+819012345678" {
		t.Errorf("opened %q", got)
	}
	indexes := promoted.Indexes("phone", "+819012345678")
	if len(indexes) != 2 || bytes.Equal(indexes[0], oldIndex) || !bytes.Equal(indexes[1], oldIndex) {
		t.Errorf("indexes after the promotion: %x, before: %x", indexes, oldIndex)
	}
	if !bytes.Equal(added.Indexes("phone", "+819012345678")[1], indexes[0]) {
		t.Error("a process that does not use the key yet cannot find what one that does wrote")
	}

	moved, changed, err := promoted.Rewrap(ctx, owner, wrapped)
	if err != nil || !changed || bytes.Equal(moved, wrapped) {
		t.Fatalf("rewrapped: %v, %v", changed, err)
	}
	if again, changed, err := promoted.Rewrap(ctx, owner, moved); err != nil || changed || !bytes.Equal(again, moved) {
		t.Errorf("rewrapped twice: %v, %v", changed, err)
	}
	retired := change(vault.Retire)
	if got := mustOpen(t, retired, owner, moved, "phone", sealed); got != "+819012345678" {
		t.Errorf("opened %q", got)
	}
	if _, err := retired.Subject(ctx, owner, wrapped); !errors.Is(err, vault.ErrSealed) {
		t.Errorf("a key under the retired one: %v", err)
	}
	if got := retired.Indexes("phone", "+819012345678"); len(got) != 1 || !bytes.Equal(got[0], indexes[0]) {
		t.Errorf("indexes after the retirement: %x", got)
	}
	if again := change(vault.Retire); len(again.Indexes("phone", "x")) != 1 {
		t.Error("the key in use was retired")
	}
}

// A process takes up what others change in the folder: when it is told to look, and by itself when it meets a key that it does not
// know. What cannot be read changes nothing.
func TestReload(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := secrets(t)
	v := open(t, dir)
	if changed, err := v.Reload(); changed || err != nil {
		t.Errorf("nothing was changed: %v, %v", changed, err)
	}
	for _, act := range []func(string, vault.Part) error{vault.Add, vault.Promote} {
		if err := act(dir, vault.Wrapping); err != nil {
			t.Fatal(err)
		}
	}
	_, wrapped := newSubject(t, open(t, dir), owner)
	if _, err := v.Subject(ctx, owner, wrapped); err != nil {
		t.Errorf("a key that another process was the first to use: %v", err)
	}
	if changed, err := v.Reload(); changed || err != nil {
		t.Errorf("it is read already: %v, %v", changed, err)
	}
	if err := vault.Add(dir, vault.Indexing); err != nil {
		t.Fatal(err)
	}
	if len(v.Indexes("phone", "x")) != 1 {
		t.Error("it looked by itself")
	}
	if changed, err := v.Reload(); !changed || err != nil || len(v.Indexes("phone", "x")) != 2 {
		t.Errorf("told to look: %v, %v", changed, err)
	}
	path := filepath.Join(dir, vault.FileName)
	if err := os.WriteFile(path+".new", []byte("no keys"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Reload(); err == nil || !strings.Contains(err.Error(), "backup") {
		t.Errorf("a file that cannot be read: %v", err)
	}
	if _, err := v.Subject(ctx, owner, wrapped); err != nil {
		t.Errorf("with the file gone bad: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Reload(); err == nil || !strings.Contains(err.Error(), "there is no key file") {
		t.Errorf("no file: %v", err)
	}
}

// What is under a key begins with its number, and the keys are listed by age with their standing.
func TestKeysAndPrefixes(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	v := open(t, dir)
	for _, act := range []func(string, vault.Part) error{vault.Add, vault.Promote, vault.Add} {
		for _, part := range vault.Parts {
			if err := act(dir, part); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := v.Reload(); err != nil {
		t.Fatal(err)
	}
	_, wrapped := newSubject(t, v, owner)
	for part, sample := range map[vault.Part][]byte{vault.Wrapping: wrapped, vault.Indexing: v.Index("phone", "x")} {
		all := v.Keys(part)
		if len(all) != 3 || all[0].Standing != vault.Older || all[1].Standing != vault.InUse || all[2].Standing != vault.Waiting {
			t.Fatalf("%v", all)
		}
		if !bytes.HasPrefix(sample, all[1].Prefix()) || len(all[1].Prefix()) != part.PrefixBytes() {
			t.Errorf("%s: %x does not begin with %x", part, sample[:8], all[1].Prefix())
		}
		if k, ok := part.KeyOf(sample); !ok || k != all[1].ID || len(k.String()) != 8 {
			t.Errorf("%s: read as %v", part, k)
		}
		if _, ok := part.KeyOf(sample[:3]); ok {
			t.Errorf("%s: three bytes are a number", part)
		}
	}
	if _, ok := vault.Wrapping.KeyOf([]byte{0, 1, 2, 3, 4}); ok {
		t.Error("a wrapped key begins with 1")
	}
	byAge, byUse := v.IndexesByAge("phone", "x"), v.Indexes("phone", "x")
	if !bytes.Equal(byUse[0], byAge[1]) || !bytes.Equal(byUse[1], byAge[2]) || !bytes.Equal(byUse[2], byAge[0]) {
		t.Errorf("by age %x, by use %x", byAge, byUse)
	}
}

func TestOneChangeAtATime(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	lock := filepath.Join(dir, ".vault.lock")
	if err := os.WriteFile(lock, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := vault.Add(dir, vault.Wrapping); err == nil || !strings.Contains(err.Error(), "remove "+lock) {
		t.Errorf("while another command changes them: %v", err)
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	if err := vault.Add(dir, vault.Wrapping); err != nil {
		t.Error(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	path := filepath.Join(dir, vault.FileName)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := vault.Create(dir); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("created again: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the keys were changed")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestKeyFileOpenToOthersIsRefused(t *testing.T) {
	t.Parallel()
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o602, 0o644, 0o666, 0o777} {
		dir := secrets(t)
		path := filepath.Join(dir, vault.FileName)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		for name, act := range map[string]func() error{
			"open": func() error { _, err := vault.Open(dir); return err },
			"add":  func() error { return vault.Add(dir, vault.Wrapping) },
		} {
			err := act()
			if err == nil || !strings.Contains(err.Error(), "chmod 600 "+path) || !strings.Contains(err.Error(), fmt.Sprintf("%04o", mode)) {
				t.Errorf("%s with mode %o: %v", name, mode, err)
			}
		}
	}
	for _, mode := range []os.FileMode{0o720, 0o702, 0o777} {
		dir := secrets(t)
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(dir); err == nil || !strings.Contains(err.Error(), "chmod go-w "+dir) {
			t.Errorf("folder with mode %o: %v", mode, err)
		}
	}
}

func TestUnreadableKeyFile(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(filepath.Join(secrets(t), vault.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := vault.Add(secrets(t), "locking"); err == nil || !strings.Contains(err.Error(), "wrapping") {
		t.Errorf("an unknown part: %v", err)
	}
	for name, text := range map[string]string{
		"empty":         "",
		"no JSON":       "wrapping: x",
		"other version": strings.Replace(string(good), `"version": 1`, `"version": 2`, 1),
		"no keyset":     `{"version":1}`,
		"empty keyset":  `{"version":1,"wrapping":{},"indexing":{}}`,
		"swapped":       strings.NewReplacer(`"wrapping"`, `"indexing"`, `"indexing"`, `"wrapping"`).Replace(string(good)),
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, vault.FileName)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Open(dir); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := vault.Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "there is no key file") {
		t.Errorf("no file: %v", err)
	}
}

// Neither values nor keys come out of what is logged.
func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	dir := secrets(t)
	v := open(t, dir)
	s, _ := newSubject(t, v, owner)
	sealed := s.Seal("phone", "+819012345678")
	sealed[len(sealed)-1] ^= 1
	_, err := s.Open("phone", sealed)
	text := fmt.Sprintf("%v %+v %#v %v %+v", s, s, s, err, v)
	if strings.Contains(text, "9012345678") {
		t.Errorf("printed: %s", text)
	}
	if len(text) > 1000 { // keys print as lists of 32 numbers
		t.Errorf("%d characters are printed: %s", len(text), text)
	}
}

func FuzzOpen(f *testing.F) {
	v := open(f, secrets(f))
	s, wrapped, err := v.NewSubject(context.Background(), owner)
	if err != nil {
		f.Fatal(err)
	}
	sealed := s.Seal("phone", "+819012345678")
	f.Add("phone", sealed)
	f.Add("mail", sealed)
	f.Add("phone", sealed[:13])
	f.Add("phone", []byte{1})
	f.Add("", []byte{})
	f.Add("phone", wrapped)
	f.Fuzz(func(t *testing.T, field string, data []byte) {
		text, err := s.Open(field, data)
		switch {
		case field == "phone" && bytes.Equal(data, sealed):
			if err != nil || text != "+819012345678" {
				t.Errorf("the sealed field gave %q, %v", text, err)
			}
		case !errors.Is(err, vault.ErrSealed) || text != "":
			t.Errorf("%x opened as %q, %v", data, text, err)
		}
		if !bytes.Equal(data, wrapped) && len(data) > 0 {
			if _, err := v.Subject(context.Background(), owner, data); !errors.Is(err, vault.ErrSealed) {
				t.Errorf("%x was unwrapped: %v", data, err)
			}
		}
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	v := open(b, secrets(b))
	_, wrapped := newSubject(b, v, owner)
	for b.Loop() {
		s, err := v.Subject(context.Background(), owner, wrapped)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Open("phone", s.Seal("phone", "+819012345678")); err != nil {
			b.Fatal(err)
		}
	}
}
