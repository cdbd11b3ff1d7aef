# Runs HAProxy, and ends, to be started anew, when the engine has been silent for ten seconds. An engine that was started anew has
# made a new socket; the old one is what is mounted here. Where containers outlive the engine (live-restore) nobody else would end this
# one, and the load balancer would never again hear of a replica. The engine's own health check is no help: before version 23
# it ends for good with a live-restore.
haproxy -db -f /haproxy.cfg &
silent=0
while kill -0 $!; do
  busybox sleep 2
  if busybox wget -q -O /dev/null http://127.0.0.1:8404/healthz; then
    silent=0
  else
    silent=$((silent + 1))
  fi
  if [ "$silent" -ge 5 ]; then
    echo "the engine has not answered for 10 s: ends, to find its new socket"
    exit 1
  fi
done
exit 1
