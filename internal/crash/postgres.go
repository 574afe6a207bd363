package crash

import "context"

// strikeServer kills the service, one backend of its PostgreSQL server (which then restarts all of them), or the whole
// server, which is started again at once.
func (k *killer) strikeServer(ctx context.Context) error {
	switch k.rand.IntN(3) {
	case 0:
		return k.kill("the service")
	case 1:
		k.report.Kills["a backend"]++
		return k.cluster.KillBackend(context.WithoutCancel(ctx))
	}
	k.report.Kills["the server"]++
	if err := k.cluster.Kill(); err != nil {
		return err
	}
	return k.cluster.Restart(context.WithoutCancel(ctx))
}
