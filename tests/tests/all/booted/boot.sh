#!/usr/bin/env bash
# Boots a real systemd in namespaces of its own, over an overlay of this machine's files: boot.sh FOLDER
# FOLDER/units are its units, deskwarden-test.target among them; FOLDER/shared is the same folder inside and outside. Nothing
# of this machine is changed, and everything ends with this process (SIGKILL: unshare passes nothing else on).
set -euo pipefail
folder=$1
if [[ ${2:-} != inside ]]; then
  cgroups=$(awk '$0 ~ / - cgroup2 / { print $5; exit }' /proc/self/mountinfo)
  own=$cgroups/deskwarden-test-$$
  mkdir "$own"
  echo "$own" >"$folder/cgroup"
  echo $$ >"$own/cgroup.procs"
  exec unshare --mount --pid --fork --cgroup --uts --ipc --kill-child --propagation private "$0" "$folder" inside
fi
root=$folder/root
mkdir -p "$folder/disk" "$root"
mount -t tmpfs none "$folder/disk"
mkdir "$folder/disk/upper" "$folder/disk/work"
mount -t overlay none -o "lowerdir=/,upperdir=$folder/disk/upper,workdir=$folder/disk/work" "$root"
mount -t proc none "$root/proc"
mount -t sysfs none "$root/sys"
mount -t tmpfs none "$root/sys/fs/cgroup"
mount -t cgroup2 none "$root/sys/fs/cgroup"
for place in run tmp dev; do mount -t tmpfs -o mode=0755 none "$root/$place"; done
chmod 1777 "$root/tmp"
mkdir -p "$root/dev/pts" "$root/dev/shm" "$root/run/dbus" "$root$folder/shared"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 none "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
chmod 1777 "$root/dev/shm"
mkdir -p "$folder/shared"
mount --bind "$folder/shared" "$root$folder/shared"
for unit in systemd-sysctl systemd-modules-load systemd-remount-fs systemd-udevd systemd-udev-trigger systemd-firstboot \
  systemd-timesyncd systemd-networkd systemd-resolved systemd-binfmt systemd-pstore ssh postgresql cron; do
  mkdir -p "$root/etc/systemd/system"
  ln -sf /dev/null "$root/etc/systemd/system/$unit.service"
done
cp "$folder"/units/* "$root/etc/systemd/system/"
mkdir -p "$root/etc/systemd/logind.conf.d"
printf '[Login]\nNAutoVTs=0\nReserveVT=0\n' >"$root/etc/systemd/logind.conf.d/test.conf"
rm -f "$root/etc/nologin" "$root/run/nologin"
hostname booted
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  chroot "$root" /lib/systemd/systemd --unit=deskwarden-test.target --log-target=console --log-level=info
