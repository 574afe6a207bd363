package run

import (
	"slices"
	"testing"
)

// gathering are lanes that nobody works in, with orders of these buckets waiting.
func gathering(buckets ...int) *Lanes[int, int] {
	l := NewLanes(Batcher[int, int]{}, 0, func(bucket int) int { return bucket })
	for _, bucket := range buckets {
		l.enqueue(&queued[int, int]{order: Order[int]{Input: bucket}, bucket: bucket, ready: make(chan struct{})})
	}
	return l
}

// begin takes a batch as a lane does, if there is enough for one, and tells its buckets.
func (l *Lanes[I, R]) begin() (batch []*queued[I, R], buckets []int) {
	if !l.enough() {
		return nil, nil
	}
	batch = l.pick()
	if len(batch) > 0 {
		l.batches++
	}
	for _, q := range batch {
		buckets = append(buckets, q.bucket)
	}
	return batch, buckets
}

// TestASecondBatchNeedsACrowd: one begins at once, another only when enough wait.
func TestASecondBatchNeedsACrowd(t *testing.T) {
	t.Parallel()
	l := gathering(1)
	first, got := l.begin()
	if !slices.Equal(got, []int{1}) {
		t.Fatalf("a single order at rest: %v", got)
	}
	for n := range crowd {
		if _, got := l.begin(); got != nil {
			t.Fatalf("a second batch of %d", n)
		}
		l.enqueue(&queued[int, int]{bucket: 2 + n, ready: make(chan struct{})})
	}
	if _, got := l.begin(); len(got) != crowd {
		t.Errorf("a crowd of %d began as %d", crowd, len(got))
	}
	l.enqueue(&queued[int, int]{bucket: 2 + crowd, ready: make(chan struct{})})
	l.release(first)
	if _, got := l.begin(); got != nil {
		t.Error("a third batch began beside the second")
	}
}

// TestABucketIsUnderWayOnce: whoever's bucket is under way waits, in order, and does not hold up the others.
func TestABucketIsUnderWayOnce(t *testing.T) {
	t.Parallel()
	l := gathering(1, 2, 1)
	l.crowd = 1
	first, got := l.begin()
	if !slices.Equal(got, []int{1, 2, 1}) {
		t.Fatalf("the first batch: %v", got)
	}
	for _, bucket := range []int{2, 3, 1, 4, 2} {
		l.enqueue(&queued[int, int]{bucket: bucket, ready: make(chan struct{})})
	}
	second, got := l.begin()
	if !slices.Equal(got, []int{3, 4}) {
		t.Errorf("beside it: %v", got)
	}
	l.release(second)
	if _, got := l.begin(); len(got) != 0 {
		t.Errorf("%v began although the buckets are under way", got)
	}
	l.release(first)
	if _, got := l.begin(); !slices.Equal(got, []int{2, 1, 2}) {
		t.Errorf("after it: %v", got)
	}
}

// TestABatchHasAnEnd: what is too much for one stays for the next, and the queue is bounded.
func TestABatchHasAnEnd(t *testing.T) {
	t.Parallel()
	l := gathering(slices.Repeat([]int{1}, queueMax)...)
	if l.enqueue(&queued[int, int]{}) {
		t.Error("the queue has no bound")
	}
	if _, got := l.begin(); len(got) != batchMax || len(l.waiting) != queueMax-batchMax {
		t.Errorf("%d taken, %d wait", len(got), len(l.waiting))
	}
}
