# Activates this system: runs its service in place of the one before. Set above: version, node, service, answer, fails.
set -u
action=${1-}
directory=/run/demo

running() {
  pid=; what=
  [ -f "$directory/pid" ] && read -r pid what < "$directory/pid"
  # A number that another process took over does not count.
  [ -n "$pid" ] && tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -qF " $what "
}

# Waits until "$@" succeeds, for up to 10 s.
wait_until() {
  for _ in $(seq 100); do
    if "$@"; then return 0; fi
    sleep 0.1
  done
  return 1
}

stopped() { ! running; }
started() { running && [ "$what" = "$answer" ]; }

case $action in
  switch | test) ;;
  boot)
    echo "the next boot starts $version"
    exit 0
    ;;
  dry-activate)
    echo "would start the service of $version"
    exit 0
    ;;
  *)
    echo "usage: switch-to-configuration switch|boot|test|dry-activate" >&2
    exit 2
    ;;
esac

mkdir -p "$directory"
if started; then
  echo "the service of $version runs already"
  exit 0
fi
if running; then
  echo "stopping the service before"
  kill "$pid"
  wait_until stopped || kill -KILL "$pid"
fi
rm -f "$directory/pid" "$directory/socket"
if [ "$fails" = 1 ]; then
  echo "the service of $version does not start: this version is made to fail" >&2
  exit 1
fi
echo "starting the service of $version"
setsid "$node" "$service" "$directory" "$answer" > "$directory/log" 2>&1 < /dev/null &
if wait_until started; then exit 0; fi
echo "the service of $version did not come up:" >&2
tail -n 5 "$directory/log" >&2
exit 1
