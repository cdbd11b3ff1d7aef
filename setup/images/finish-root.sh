#!/bin/sh
# Runs as mmdebstrap's last hook. The packages were only extracted, none of their install scripts ran: what those would
# have made, and a server without a shell session needs, is made here. Argument: the root folder.
set -eu
root=$1

mkdir -p "$root/tmp" "$root/var/tmp" "$root/run" "$root/root" "$root/data" "$root/etc/ssl/certs" "$root/usr/local/bin"
chmod 1777 "$root/tmp" "$root/var/tmp"
# Redis keeps its files here; 999 is its user in the official image too.
chown 999:999 "$root/data"
chown -R 0:0 "$root/usr/local"

cat "$root"/usr/share/ca-certificates/mozilla/*.crt > "$root/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n' > "$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\n' > "$root/etc/group"
printf 'hosts: files dns\n' > "$root/etc/nsswitch.conf"
[ -e "$root/bin/sh" ] || ln -s busybox "$root/bin/sh"

# Pulled in by dependencies that only the skipped install scripts have.
rm -rf "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/locale "$root"/usr/share/info \
  "$root"/usr/bin/perl* "$root"/usr/share/perl* "$root"/usr/lib/*/perl* "$root"/usr/lib/systemd "$root"/lib/systemd
# Set-user-id programs have no business in a container.
find "$root" -xdev -type f -perm /6000 -exec chmod a-s {} +
