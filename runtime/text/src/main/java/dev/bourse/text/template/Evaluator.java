package dev.bourse.text.template;

import dev.bourse.text.template.Expression.And;
import dev.bourse.text.template.Expression.Attribute;
import dev.bourse.text.template.Expression.Binary;
import dev.bourse.text.template.Expression.Call;
import dev.bourse.text.template.Expression.CallArguments;
import dev.bourse.text.template.Expression.Compare;
import dev.bourse.text.template.Expression.Concatenation;
import dev.bourse.text.template.Expression.Conditional;
import dev.bourse.text.template.Expression.Constant;
import dev.bourse.text.template.Expression.DictLiteral;
import dev.bourse.text.template.Expression.Filter;
import dev.bourse.text.template.Expression.ListLiteral;
import dev.bourse.text.template.Expression.Not;
import dev.bourse.text.template.Expression.Or;
import dev.bourse.text.template.Expression.Sign;
import dev.bourse.text.template.Expression.Slice;
import dev.bourse.text.template.Expression.Subscript;
import dev.bourse.text.template.Expression.Test;
import dev.bourse.text.template.Expression.TupleLiteral;
import dev.bourse.text.template.Expression.Variable;
import dev.bourse.text.template.Value.Bool;
import dev.bourse.text.template.Value.ListValue;
import dev.bourse.text.template.Value.Special;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Undefined;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Evaluates expressions. */
final class Evaluator {
  private final Rendering rendering;
  private final Budget budget;
  private int line = 1;

  Evaluator(Rendering rendering) {
    this.rendering = rendering;
    budget = rendering.budget();
  }

  /** The line being evaluated, for messages. */
  int line() {
    return line;
  }

  void moveTo(int newLine) {
    line = newLine;
  }

  Value evaluate(Expression expression, Scope scope) {
    budget.step();
    return switch (expression) {
      case Constant constant -> constant.value();
      case Variable variable ->
          scope.get(variable.name()).orElseGet(() -> Undefined.variable(variable.name()));
      default -> {
        budget.enter();
        Value value = compound(expression, scope);
        budget.leave();
        yield value;
      }
    };
  }

  private Value compound(Expression expression, Scope scope) {
    return switch (expression) {
      case Attribute attribute -> attribute(attribute, scope);
      case Subscript subscript -> subscript(subscript, scope);
      case Slice slice -> slice(slice, scope);
      case Call call -> call(call, scope, Map.of());
      case Filter filter -> filter(filter, scope, Optional.empty());
      case Test test -> test(test, scope);
      case Sign sign -> {
        Value operand = evaluate(sign.operand(), scope);
        line = sign.line();
        yield Arithmetic.sign(sign.operator(), operand);
      }
      case Binary binary -> binary(binary, scope);
      case Concatenation concatenation -> concatenation(concatenation, scope);
      case Compare compare -> compare(compare, scope);
      case Not not -> Bool.of(!Values.truth(evaluate(not.operand(), scope)));
      case And and -> {
        Value left = evaluate(and.left(), scope);
        yield Values.truth(left) ? evaluate(and.right(), scope) : left;
      }
      case Or or -> {
        Value left = evaluate(or.left(), scope);
        yield Values.truth(left) ? left : evaluate(or.right(), scope);
      }
      case Conditional conditional -> conditional(conditional, scope);
      case ListLiteral list -> new ListValue(all(list.items(), scope));
      case TupleLiteral tuple -> Value.Tuple.of(all(tuple.items(), scope));
      case DictLiteral dict -> dict(dict, scope);
      case Constant constant -> constant.value();
      case Variable variable -> evaluate(variable, scope);
    };
  }

  private List<Value> all(List<Expression> expressions, Scope scope) {
    budget.items(expressions.size());
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Value dict(DictLiteral literal, Scope scope) {
    budget.items(literal.entries().size());
    Value.Dict.Builder dict = new Value.Dict.Builder();
    for (DictLiteral.Pair entry : literal.entries()) {
      Value key = evaluate(entry.key(), scope);
      dict.put(key, evaluate(entry.value(), scope));
    }
    return dict.build();
  }

  private Value attribute(Attribute attribute, Scope scope) {
    Value object = evaluate(attribute.object(), scope);
    line = attribute.line();
    return Attributes.attribute(object, attribute.name(), rendering);
  }

  private Value subscript(Subscript subscript, Scope scope) {
    Value object = evaluate(subscript.object(), scope);
    Value index = evaluate(subscript.index(), scope);
    line = subscript.line();
    return Attributes.item(object, index, rendering);
  }

  private Value slice(Slice slice, Scope scope) {
    Value object = evaluate(slice.object(), scope);
    Optional<Value> start = slice.start().map(bound -> evaluate(bound, scope));
    Optional<Value> stop = slice.stop().map(bound -> evaluate(bound, scope));
    Optional<Value> step = slice.step().map(bound -> evaluate(bound, scope));
    line = slice.line();
    return Slices.slice(object, start, stop, step, rendering);
  }

  private Value binary(Binary binary, Scope scope) {
    // A long sum leans to the left; walking down that side here keeps the stack flat.
    Deque<Binary> pending = new ArrayDeque<>();
    Expression leftmost = binary;
    while (leftmost instanceof Binary nested) {
      pending.push(nested);
      leftmost = nested.left();
    }
    Value value = evaluate(leftmost, scope);
    for (Binary operation : pending) {
      budget.step();
      Value right = evaluate(operation.right(), scope);
      line = operation.line();
      value = Arithmetic.apply(operation.operator(), value, right, budget);
    }
    return value;
  }

  private Value concatenation(Concatenation concatenation, Scope scope) {
    StringBuilder text = new StringBuilder();
    for (Expression part : concatenation.parts()) {
      String printed = rendering.print(evaluate(part, scope));
      budget.text(printed.length());
      text.append(printed);
    }
    return Str.of(text.toString());
  }

  private Value compare(Compare compare, Scope scope) {
    Value left = evaluate(compare.first(), scope);
    for (Compare.Operand operand : compare.rest()) {
      Value right = evaluate(operand.value(), scope);
      line = compare.line();
      boolean holds =
          switch (operand.operator()) {
            case "==" -> Comparison.equal(left, right, budget);
            case "!=" -> !Comparison.equal(left, right, budget);
            case "in" -> Comparison.contains(right, left, budget);
            case "not in" -> !Comparison.contains(right, left, budget);
            default -> Comparison.ordered(operand.operator(), left, right, budget);
          };
      if (!holds) {
        return Bool.FALSE;
      }
      left = right;
    }
    return Bool.TRUE;
  }

  private Value conditional(Conditional conditional, Scope scope) {
    if (Values.truth(evaluate(conditional.condition(), scope))) {
      return evaluate(conditional.then(), scope);
    }
    return conditional.otherwise().isPresent()
        ? evaluate(conditional.otherwise().get(), scope)
        : new Undefined("an inline 'if' without 'else' was false");
  }

  /**
   * @param extra named arguments besides those in the parentheses
   */
  Value call(Call call, Scope scope, Map<String, Value> extra) {
    Value callee = evaluate(call.callee(), scope);
    Arguments arguments = arguments(call.arguments(), scope, extra);
    line = call.line();
    Value result =
        switch (callee) {
          case Special special -> special.call(arguments);
          case Undefined undefined -> throw undefined.fault();
          default -> throw new Fault("'" + callee.typeName() + "' object is not callable");
        };
    line = call.line();
    return result;
  }

  private Arguments arguments(CallArguments arguments, Scope scope, Map<String, Value> extra) {
    List<Value> positional = new ArrayList<>(all(arguments.positional(), scope));
    Map<String, Value> named = new LinkedHashMap<>();
    for (CallArguments.Named argument : arguments.named()) {
      addNamed(named, argument.name(), evaluate(argument.value(), scope));
    }
    arguments
        .list()
        .ifPresent(
            list -> {
              Value value = evaluate(list, scope);
              positional.addAll(Values.list(value, budget));
            });
    arguments.dict().ifPresent(dict -> addAll(named, evaluate(dict, scope)));
    extra.forEach((name, value) -> addNamed(named, name, value));
    return new Arguments(positional, named);
  }

  private static void addAll(Map<String, Value> named, Value value) {
    if (!(value instanceof Value.Dict dict)) {
      throw new Fault("argument after ** must be a mapping, not " + value.typeName());
    }
    dict.entries()
        .values()
        .forEach(
            entry ->
                addNamed(named, Values.toText(entry.key(), "an argument's name"), entry.value()));
  }

  private static void addNamed(Map<String, Value> named, String name, Value value) {
    if (named.put(name, value) != null) {
      throw new Fault("keyword argument repeated: " + name);
    }
  }

  /**
   * @param block the text of a filter block, for the filter without a subject
   */
  Value filter(Filter filter, Scope scope, Optional<Value> block) {
    Value subject;
    if (filter.subject().isEmpty()) {
      subject = block.orElseThrow(() -> new IllegalStateException("a filter without subject"));
    } else if (block.isPresent() && filter.subject().get() instanceof Filter next) {
      budget.enter();
      subject = filter(next, scope, block);
      budget.leave();
    } else {
      subject = evaluate(filter.subject().get(), scope);
    }
    Arguments arguments = arguments(filter.arguments(), scope, Map.of());
    line = filter.line();
    return Filters.apply(filter.name(), subject, arguments, rendering);
  }

  private Value test(Test test, Scope scope) {
    Value subject = evaluate(test.subject(), scope);
    Arguments arguments = arguments(test.arguments(), scope, Map.of());
    line = test.line();
    return Bool.of(Tests.apply(test.name(), subject, arguments, rendering));
  }
}
