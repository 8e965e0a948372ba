#!/bin/sh
# Makes the image: image.sh JAVA TARGET VERSION.
# TARGET has bourse.jar and lib/; what comes out is TARGET/bourse-VERSION-linux-ARCH.tar.gz.
set -eu
target=$2 version=$3
jdk=$("$1" -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
here=$(cd -- "$(dirname -- "$0")" && pwd -P)
root=$(cd -- "$here/../.." && pwd -P)
case $(uname -m) in
  x86_64) arch=x64 ;;
  *) arch=$(uname -m) ;;
esac
name=bourse-$version-linux-$arch
image=$target/$name
rm -rf "$image" "$image.tar.gz"
mkdir -p "$image/bin" "$image/lib"
# What jdeps finds, and what is only found at run time: signatures of elliptic curves, zip files.
"$jdk/bin/jlink" --output "$image/java" --strip-debug --no-header-files --no-man-pages --compress zip-6 \
  --add-modules java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.sql,jdk.crypto.ec,jdk.incubator.vector,jdk.jfr,jdk.management,jdk.unsupported,jdk.zipfs
cp "$target/bourse.jar" "$image/lib/"
cp -R "$target/lib" "$image/lib/lib"
cp "$here/bourse" "$image/bin/"
chmod 755 "$image/bin/bourse"
cp "$here/bourse.service" "$here/Dockerfile" "$root/LICENSE" "$image/"
# What each library says of its licence.
mkdir "$image/licenses"
for jar in "$target"/lib/*.jar; do
  into=$image/licenses/$(basename "$jar" .jar)
  mkdir "$into"
  (cd "$into" && "$jdk/bin/jar" -xf "$jar" META-INF/LICENSE META-INF/LICENSE.txt META-INF/NOTICE META-INF/NOTICE.txt)
  rmdir "$into" 2>/dev/null || true
done
# The same trial run as in a source tree makes the start fast; it is the check of the image as well.
"$image/java/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \
  -Xlog:disable -XX:AOTCacheOutput="$image/lib/bourse.aot" -jar "$image/lib/bourse.jar" \
  run text-completion --prompt "What is the capital of France?" --stats none >/dev/null 2>&1
answer=$(env -i HOME=/nonexistent PATH=/usr/bin:/bin BOURSE_CONFIG=/dev/null "$image/bin/bourse" \
  run text-completion --prompt "What is the capital of France?" --stats none 2>/dev/null)
[ "$answer" = "The capital of France is Paris." ] || {
  echo "the image does not work; it answers: $answer" >&2
  exit 1
}
tar -C "$target" -czf "$image.tar.gz" "$name"
echo "$image.tar.gz"
