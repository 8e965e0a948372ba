package dev.bourse.text.template;

import dev.bourse.text.template.Value.Int;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.Real;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Tuple;
import dev.bourse.text.template.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Python's arithmetic operators, on numbers and on what else has them. */
final class Arithmetic {
  private Arithmetic() {}

  /**
   * @param operator one of {@code + - * / // % **}
   */
  static Value apply(String operator, Value left, Value right, Budget budget) {
    if (operator.equals("%") && left instanceof Str format) {
      return Str.of(PercentFormat.format(format.text(), right, budget));
    }
    if (left instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (right instanceof Undefined undefined) {
      throw undefined.fault();
    }
    Optional<BigInteger> a = Values.integer(left);
    Optional<BigInteger> b = Values.integer(right);
    if (a.isPresent() && b.isPresent()) {
      return integers(operator, a.get(), b.get(), budget);
    }
    if (Values.isNumber(left) && Values.isNumber(right)) {
      return new Real(reals(operator, Values.toDouble(left), Values.toDouble(right)));
    }
    if (operator.equals("+")) {
      Optional<Value> sum = concatenate(left, right, budget);
      if (sum.isPresent()) {
        return sum.get();
      }
      if (left instanceof Str) {
        throw new Fault("can only concatenate str (not \"" + right.typeName() + "\") to str");
      }
    }
    if (operator.equals("*") && (a.isPresent() || b.isPresent())) {
      Optional<Value> product =
          repeat(a.isPresent() ? right : left, a.isPresent() ? left : right, budget);
      if (product.isPresent()) {
        return product.get();
      }
    }
    throw new Fault(
        "unsupported operand type(s) for "
            + operator
            + ": '"
            + left.typeName()
            + "' and '"
            + right.typeName()
            + "'");
  }

  private static Value integers(String operator, BigInteger a, BigInteger b, Budget budget) {
    return switch (operator) {
      case "+" -> checked(a.add(b), budget);
      case "-" -> checked(a.subtract(b), budget);
      case "*" -> checked(a.multiply(b), budget);
      case "/" -> new Real(divide(a, b));
      case "//" -> new Int(floorDivide(a, b));
      case "%" -> new Int(a.subtract(floorDivide(a, b).multiply(b)));
      default -> power(a, b, budget);
    };
  }

  private static Int checked(BigInteger number, Budget budget) {
    if (number.bitLength() > budget.limits().integerBits()) {
      throw new Fault("an integer of more than " + budget.limits().integerBits() + " bits");
    }
    return new Int(number);
  }

  private static double divide(BigInteger a, BigInteger b) {
    if (b.signum() == 0) {
      throw new Fault("division by zero");
    }
    double quotient =
        a.bitLength() < 53 && b.bitLength() < 53
            ? a.doubleValue() / b.doubleValue()
            : new BigDecimal(a).divide(new BigDecimal(b), new MathContext(60)).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw new Fault("integer division result too large for a float");
    }
    return quotient;
  }

  private static BigInteger floorDivide(BigInteger a, BigInteger b) {
    if (b.signum() == 0) {
      throw new Fault("integer division or modulo by zero");
    }
    BigInteger[] result = a.divideAndRemainder(b);
    boolean roundsUp = result[1].signum() != 0 && result[1].signum() != b.signum();
    return roundsUp ? result[0].subtract(BigInteger.ONE) : result[0];
  }

  private static Value power(BigInteger base, BigInteger exponent, Budget budget) {
    if (exponent.signum() < 0) {
      return new Real(reals("**", base.doubleValue(), exponent.doubleValue()));
    }
    if (base.abs().bitLength() <= 1) {
      boolean even = !exponent.testBit(0);
      return new Int(exponent.signum() == 0 || (base.signum() < 0 && even) ? BigInteger.ONE : base);
    }
    long limit = budget.limits().integerBits();
    if (exponent.bitLength() > 31 || (base.abs().bitLength() - 1) * exponent.longValue() > limit) {
      throw new Fault("an integer of more than " + limit + " bits");
    }
    return checked(base.pow(exponent.intValue()), budget);
  }

  private static double reals(String operator, double a, double b) {
    return switch (operator) {
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      case "/" -> a / nonZero(b);
      case "//" -> Math.floor(a / nonZero(b));
      case "%" -> {
        double remainder = a % nonZero(b);
        yield remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
      }
      default -> {
        if (a == 0 && b < 0) {
          throw new Fault("zero cannot be raised to a negative power");
        }
        yield Math.pow(a, b);
      }
    };
  }

  private static double nonZero(double divisor) {
    if (divisor == 0) {
      throw new Fault("float division by zero");
    }
    return divisor;
  }

  private static Optional<Value> concatenate(Value left, Value right, Budget budget) {
    return switch (left) {
      case Str a when right instanceof Str b -> {
        budget.text((long) a.text().length() + b.text().length());
        boolean markup = a.markup() || b.markup();
        yield Optional.of(
            markup
                ? new Str(Html.escaped(a) + Html.escaped(b), true)
                : Str.of(a.text() + b.text()));
      }
      case ListValue a when right instanceof ListValue b ->
          Optional.of(new ListValue(join(a.items(), b.items(), budget)));
      case Tuple a when right instanceof Tuple b ->
          Optional.of(Tuple.of(join(a.items(), b.items(), budget)));
      default -> Optional.empty();
    };
  }

  private static List<Value> join(List<Value> left, List<Value> right, Budget budget) {
    budget.items((long) left.size() + right.size());
    List<Value> all = new ArrayList<>(left.size() + right.size());
    all.addAll(left);
    all.addAll(right);
    return all;
  }

  private static Optional<Value> repeat(Value sequence, Value count, Budget budget) {
    long times = Math.max(0, Values.toLong(count, "repetition"));
    return switch (sequence) {
      case Str string -> {
        budget.text(product(string.text().length(), times));
        yield Optional.of(
            new Str(
                string.text().isEmpty() ? "" : string.text().repeat((int) times), string.markup()));
      }
      case ListValue list -> Optional.of(new ListValue(repeat(list.items(), times, budget)));
      case Tuple tuple -> Optional.of(Tuple.of(repeat(tuple.items(), times, budget)));
      default -> Optional.empty();
    };
  }

  private static List<Value> repeat(List<Value> items, long times, Budget budget) {
    budget.items(product(items.size(), times));
    List<Value> all = new ArrayList<>();
    for (long round = 0; round < times && !items.isEmpty(); round++) {
      all.addAll(items);
    }
    return all;
  }

  private static long product(int size, long times) {
    return size == 0 ? 0 : times > Integer.MAX_VALUE ? Long.MAX_VALUE / 2 : size * times;
  }

  /** Unary minus or plus. */
  static Value sign(String operator, Value operand) {
    boolean minus = operator.equals("-");
    if (operand instanceof Undefined undefined) {
      throw undefined.fault();
    }
    if (operand instanceof Real real) {
      return minus ? new Real(-real.value()) : real;
    }
    BigInteger number =
        Values.integer(operand)
            .orElseThrow(
                () ->
                    new Fault(
                        "bad operand type for unary "
                            + operator
                            + ": '"
                            + operand.typeName()
                            + "'"));
    return new Int(minus ? number.negate() : number);
  }
}
