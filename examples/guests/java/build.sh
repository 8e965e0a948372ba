#!/bin/sh
# Builds guest-in-java.wasm with a checkout of Bourse: its SDK, its compiler to WebAssembly, the JDK that it finds.
set -eu
cd "$(dirname "$0")"
BOURSE=$(cd "${BOURSE:-../../..}" && pwd)
JAVA_HOME=${JAVA_HOME:-$("$BOURSE/bourse" --print-java-home)}
export JAVA_HOME
sdk=$BOURSE/sdk-java/target/classes
compiler=$BOURSE/sdk-java/wasm-build/target
if [ ! -d "$sdk" ] || [ ! -s "$compiler/class-path" ]; then
  "$BOURSE/mvnw" -q -f "$BOURSE/pom.xml" -pl sdk-java,sdk-java/wasm-build -Dmaven.test.skip=true \
    package dependency:build-classpath -Dmdep.outputFile=target/class-path
fi
rm -rf target
mkdir -p target/classes target/sources/inferlet
cp inferlet.toml target/sources/inferlet
# shellcheck disable=SC2046 # the names of Java files have no spaces
"$JAVA_HOME/bin/javac" -d target/classes -cp "$sdk" $(find src -name '*.java')
"$JAVA_HOME/bin/java" -Xmx1g -cp "target/classes:$sdk:$compiler/classes:$(cat "$compiler/class-path")" \
  dev.bourse.wasmbuild.WasmBuild target/sources target/classes target/work
cp target/classes/inferlets/guest-in-java/guest-in-java.wasm .
ls -l guest-in-java.wasm
