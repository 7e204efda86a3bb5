# Finds a JDK of 21 or newer and puts it first, as JAVA_HOME and on the PATH. To be sourced.

JDK_WANTED=21

# The major version of the JDK in a folder; 0 if there is none.
jdk_version() {
    [ -x "$1/bin/javac" ] || { echo 0; return; }
    "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p' | grep . || echo 0
}

# Where JDKs lie on Linux and macOS, one folder a line; the caller's own choice first.
jdk_places() {
    if [ -n "${JAVA_HOME:-}" ]; then echo "$JAVA_HOME"; fi
    if command -v javac >/dev/null 2>&1; then
        dirname "$(dirname "$(readlink -f "$(command -v javac)")")"
    fi
    if [ -x /usr/libexec/java_home ]; then
        /usr/libexec/java_home -v "$JDK_WANTED+" 2>/dev/null || true
    fi
    for place in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*jdk* \
        /Library/Java/JavaVirtualMachines/*/Contents/Home \
        "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        if [ -d "$place" ]; then echo "$place"; fi
    done
}

jdk_use() {
    jdk_places | while IFS= read -r place; do
        if [ "$(jdk_version "$place")" -ge "$JDK_WANTED" ]; then
            echo "$place"
            break
        fi
    done
}

JDK_FOUND=$(jdk_use)
if [ -z "$JDK_FOUND" ]; then
    echo "No JDK of $JDK_WANTED or newer was found." >&2
    echo "Looked at JAVA_HOME, the PATH, /usr/lib/jvm, /usr/java, /opt, macOS's java_home, SDKMAN and ~/.jdks." >&2
    echo "Install one, for example from https://adoptium.net, or set JAVA_HOME to it." >&2
    exit 1
fi
export JAVA_HOME="$JDK_FOUND"
export PATH="$JAVA_HOME/bin:$PATH"
unset JDK_FOUND
