package run

// Crowd has a second batch begin once n orders wait.
func (l *Lanes[I, R]) Crowd(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.crowd = n
}
