/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.nifireplay.audit.json;

import java.math.BigDecimal;

/**
 * Numbers as ECMAScript writes them, which RFC 8785, section 3.2.2.3, asks for: the fewest digits that give the same
 * double again, and among those the ones nearest to it.
 */
final class EcmaNumber {
    private static final int PLAIN_DIGITS = 21;
    private static final int PLAIN_ZEROS = 6;

    private EcmaNumber() {}

    static String text(double value) {
        if (value == 0) {
            return "0";
        }
        // From JDK 19 on the shortest digits, but two at least.
        BigDecimal shortest = new BigDecimal(Double.toString(Math.abs(value))).stripTrailingZeros();
        if (shortest.precision() == 2) {
            shortest = oneDigit(shortest, Math.abs(value));
        }
        String digits = shortest.unscaledValue().toString();
        // The value is 0.DIGITS times ten to this power.
        int point = digits.length() - shortest.scale();
        return (value < 0 ? "-" : "") + layOut(digits, point);
    }

    /** One digit, where that is enough: Double.toString gives 4.9E-324 for what is 5e-324. */
    private static BigDecimal oneDigit(BigDecimal two, double value) {
        BigDecimal down = new BigDecimal(two.unscaledValue().divide(java.math.BigInteger.TEN), two.scale() - 1);
        BigDecimal up = new BigDecimal(down.unscaledValue().add(java.math.BigInteger.ONE), down.scale());
        boolean downFits = down.signum() > 0 && down.doubleValue() == value;
        boolean upFits = up.doubleValue() == value;
        if (downFits && upFits) {
            BigDecimal exact = new BigDecimal(value);
            return exact.subtract(down).compareTo(up.subtract(exact)) <= 0 ? down : up.stripTrailingZeros();
        }
        return downFits ? down : upFits ? up.stripTrailingZeros() : two;
    }

    private static String layOut(String digits, int point) {
        int count = digits.length();
        if (count <= point && point <= PLAIN_DIGITS) {
            return digits + "0".repeat(point - count);
        }
        if (0 < point && point <= PLAIN_DIGITS) {
            return digits.substring(0, point) + "." + digits.substring(point);
        }
        if (-PLAIN_ZEROS < point && point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        int exponent = point - 1;
        String mantissa = count == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
    }
}
