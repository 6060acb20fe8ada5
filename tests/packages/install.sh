# Installs, upgrades, removes and purges in a copy of this system that is gone afterwards, and says what it
# sees. Arguments: an empty folder to work in, the package, and the one that follows it. For root, in a
# mount namespace of its own.
set -eu
work=$1 now=$2 next=$3

mkdir "$work/copy"
mount -t tmpfs none "$work/copy"
cd "$work/copy"
mkdir upper spare root
mount -t overlay none -o lowerdir=/,upperdir=upper,workdir=spare root
mount -t tmpfs none root/tmp
mount -t proc none root/proc
mount --rbind /dev root/dev
cp "$now" root/tmp/now.deb
cp "$next" root/tmp/next.deb
# A slim image leaves man pages out.
rm -f root/etc/dpkg/dpkg.cfg.d/*

in_copy() {
  chroot root /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TZ=UTC LC_ALL=C.UTF-8 MANPAGER=cat "$@"
}
office() {
  in_copy setpriv --reuid=lead --regid=lead --init-groups env HOME=/tmp LEAD_STORE=/var/lib/lead "$@"
}
quietly() { "$@" >quiet 2>&1 || { cat quiet; return 1; }; }
listed() { (cd root && find usr etc var -xdev ! -path 'var/lib/dpkg/*' ! -path 'var/cache/*' ! -path 'var/log/*' | sort); }

listed >before
echo '# installed'
quietly in_copy dpkg -i /tmp/now.deb
in_copy lead --version
in_copy leadd --version
in_copy man lead 2>/dev/null | sed -n '/NAME/,/^$/p'
for page in $(in_copy dpkg -L lead | sed -n 's|^/usr/share/man/man./\(.*\)\.[1-8]\.gz$|\1|p'); do
  in_copy man -w "$page" >/dev/null
done
in_copy bash -c '. /usr/share/bash-completion/completions/lead && complete -p lead'
in_copy getent passwd lead | cut -d: -f1,5-
in_copy stat -c '%U %G %a %n' /var/lib/lead
office lead add 'Kim Lee' --email kim@acme.example
office leadd --once

echo '# upgraded'
quietly in_copy dpkg -i /tmp/next.deb
in_copy dpkg-query -W -f '${Version} ${db:Status-Abbrev}\n' lead
office lead list -F csv --columns id,name,email

echo '# removed'
quietly in_copy dpkg -r lead
in_copy dpkg-query -W -f '${db:Status-Abbrev}\n' lead 2>/dev/null || echo 'nothing of it is known'
listed | comm -13 before - | grep -v '^var/lib/lead' || echo 'nothing of it is left'

echo '# purged'
in_copy dpkg -P lead >quiet 2>&1 || true
listed | comm -13 before - | grep -x 'var/lib/lead/FORMAT'
