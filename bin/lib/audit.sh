# Sourced by the commands of the audit trail, with $home set and a JDK found: builds the verifier's jar when it is not there or
# older than its sources. It has no dependencies, and all commands of the audit trail are in it.

audit_jar() {
    find "$home/nifi-replay-audit/target" -maxdepth 1 -name 'nifi-replay-audit-*-verifier.jar' 2>/dev/null | head -n 1
}

audit_is_built() {
    local jar
    jar=$(audit_jar)
    [ -n "$jar" ] && [ -z "$(find "$home/pom.xml" "$home/nifi-replay-audit/pom.xml" "$home/nifi-replay-audit/src/main" \
        -newer "$jar" -print -quit)" ]
}

if ! audit_is_built; then
    if ! command -v mvn >/dev/null 2>&1; then
        echo "Maven (mvn, 3.8 or newer) is not on the PATH, to build the verifier with." >&2
        exit 2
    fi
    mkdir -p "$home/target"
    if ! mvn -B -ntp -q -f "$home/pom.xml" -pl nifi-replay-audit -am -DskipTests package >"$home/target/verify-audit.log" 2>&1; then
        cat "$home/target/verify-audit.log" >&2
        exit 2
    fi
fi
