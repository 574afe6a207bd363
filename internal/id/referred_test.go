package id_test

import (
	"bytes"
	"testing"
	"time"

	"tsuke/internal/id"
)

func TestReferenceOfFindsItsObject(t *testing.T) {
	for bucket := range id.Buckets {
		p := id.New[id.PaymentKind](time.UnixMilli(1_780_000_000_000), bucket)
		r := id.ReferenceOf(p)
		tail, ok := r.Tail()
		if r.Bucket() != bucket || !ok || !bytes.Equal(tail, p[13:]) {
			t.Fatalf("bucket %d: reference %s gives bucket %d, tail %x of %x", bucket, r, r.Bucket(), tail, p)
		}
		if back, err := id.ParseReference(r.String()); err != nil || back != r {
			t.Fatalf("%s reads back as %s, %v", r, back, err)
		}
	}
	if id.ReferenceOf(id.Payment{}) != 0 {
		t.Error("no object has a reference")
	}
}

func TestFreeReferenceBelongsToNoObject(t *testing.T) {
	for bucket := range 64 {
		if _, ok := id.FreeReference(bucket).Tail(); ok {
			t.Fatal("a free reference names an object")
		}
	}
}
