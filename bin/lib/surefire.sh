# Reads the XML reports of all modules. To be sourced, in the project's folder.

surefire_reports() {
    find . -path '*/target/surefire-reports/TEST-*.xml' -not -path './.git/*'
}

# Reports of an earlier run must not be counted.
surefire_forget() {
    surefire_reports | while IFS= read -r report; do rm -f "$report"; done
}

# Says which tests failed, one a line.
surefire_failures() {
    surefire_reports | while IFS= read -r report; do
        awk '
            /<testcase / { name = $0; sub(/.* name="/, "", name); sub(/".*/, "", name)
                           class = $0; sub(/.* classname="/, "", class); sub(/".*/, "", class) }
            /<(failure|error)[ >]/ { print "FAILED " class "." name }
        ' "$report"
    done
}

# Prints the totals, and sets SUREFIRE_FAILED.
surefire_count() {
    local totals
    totals=$(surefire_reports | while IFS= read -r report; do
        # The <testsuite> element, whose attributes may stand on several lines.
        tr '\n' ' ' <"$report" | grep -o '<testsuite [^>]*>' | head -n 1
    done | awk '
        function number(attribute,   text) {
            text = $0
            if (!sub(".*[[:space:]]" attribute "=\"", "", text)) return 0
            sub(/".*/, "", text)
            return text
        }
        { tests += number("tests"); failed += number("failures") + number("errors"); skipped += number("skipped") }
        END { printf "%d %d %d", tests - failed - skipped, failed, skipped }')
    set -- $totals
    SUREFIRE_FAILED=$2
    echo "$1 passed, $2 failed, $3 skipped"
}
