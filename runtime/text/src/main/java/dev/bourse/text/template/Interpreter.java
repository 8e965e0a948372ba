package dev.bourse.text.template;

import dev.bourse.text.template.Statement.Block;
import dev.bourse.text.template.Statement.CallBlock;
import dev.bourse.text.template.Statement.Data;
import dev.bourse.text.template.Statement.FilterBlock;
import dev.bourse.text.template.Statement.For;
import dev.bourse.text.template.Statement.If;
import dev.bourse.text.template.Statement.Jump;
import dev.bourse.text.template.Statement.Macro;
import dev.bourse.text.template.Statement.Print;
import dev.bourse.text.template.Statement.Set;
import dev.bourse.text.template.Statement.SetBlock;
import dev.bourse.text.template.Statement.Target;
import dev.bourse.text.template.Statement.With;
import dev.bourse.text.template.Value.Str;
import dev.bourse.text.template.Value.Undefined;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Runs statements. */
final class Interpreter {
  /** How a list of statements ended. */
  private enum End {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Budget budget;
  private final Rendering rendering;
  private final Evaluator evaluator;

  Interpreter(Rendering rendering) {
    this.rendering = rendering;
    budget = rendering.budget();
    evaluator = new Evaluator(rendering);
  }

  Evaluator evaluator() {
    return evaluator;
  }

  String render(List<Statement> template, Scope scope) {
    Output out = new Output(budget.limits().outputChars());
    run(template, scope, out);
    return out.toString();
  }

  /** Runs statements for their text. */
  Str capture(List<Statement> body, Scope scope) {
    Output out = new Output(budget.limits().outputChars());
    run(body, scope, out);
    return rendering.text(out.toString());
  }

  private End run(List<Statement> body, Scope scope, Output out) {
    budget.enter();
    End end = End.NORMAL;
    for (Statement statement : body) {
      budget.step();
      end = run(statement, scope, out);
      if (end != End.NORMAL) {
        break;
      }
    }
    budget.leave();
    return end;
  }

  private End run(Statement statement, Scope scope, Output out) {
    switch (statement) {
      case Data data -> out.append(data.text());
      case Print print -> {
        evaluator.moveTo(print.line());
        String text = rendering.print(evaluator.evaluate(print.value(), scope));
        budget.scan(text.length());
        out.append(text);
      }
      case If branches -> {
        return runIf(branches, scope, out);
      }
      case For loop -> {
        evaluator.moveTo(loop.line());
        runFor(loop, evaluator.evaluate(loop.iterable(), scope), scope, out, 1);
      }
      case Jump jump -> {
        return jump == Jump.BREAK ? End.BREAK : End.CONTINUE;
      }
      case Set set -> {
        evaluator.moveTo(set.line());
        assign(set.target(), evaluator.evaluate(set.value(), scope), scope);
      }
      case SetBlock set -> {
        Str text = capture(set.body(), scope.inner());
        evaluator.moveTo(set.line());
        Value value =
            set.filter()
                .map(filter -> evaluator.filter(filter, scope, Optional.of(text)))
                .orElse(text);
        assign(set.target(), value, scope);
      }
      case FilterBlock filtered -> {
        Str text = capture(filtered.body(), scope.inner());
        evaluator.moveTo(filtered.line());
        out.append(rendering.print(evaluator.filter(filtered.filter(), scope, Optional.of(text))));
      }
      case With with -> {
        return runWith(with, scope, out);
      }
      case Macro macro -> scope.set(macro.name(), new MacroValue(macro, scope, this));
      case CallBlock block -> {
        evaluator.moveTo(block.line());
        Value caller = new MacroValue(block.caller(), scope, this);
        out.append(rendering.print(evaluator.call(block.call(), scope, Map.of("caller", caller))));
      }
      case Block block -> {
        return run(block.body(), scope, out);
      }
    }
    return End.NORMAL;
  }

  private End runIf(If branches, Scope scope, Output out) {
    for (If.Branch branch : branches.branches()) {
      evaluator.moveTo(branch.line());
      if (Values.truth(evaluator.evaluate(branch.condition(), scope))) {
        return run(branch.body(), scope, out);
      }
    }
    return run(branches.otherwise(), scope, out);
  }

  private End runWith(With with, Scope scope, Output out) {
    Scope inner = scope.inner();
    evaluator.moveTo(with.line());
    for (With.Binding binding : with.bindings()) {
      assign(binding.target(), evaluator.evaluate(binding.value(), scope), inner);
    }
    return run(with.body(), inner, out);
  }

  private void runFor(For statement, Value iterable, Scope scope, Output out, int depth) {
    Iterator<Value> elements = Values.iterate(iterable, budget);
    OptionalInt size = Values.size(iterable);
    if (statement.filter().isPresent()) {
      elements = new Filtered(statement, elements, statement.filter().get(), scope);
      size = OptionalInt.empty();
    }
    Optional<Function.Body> recursion =
        statement.recursive()
            ? Optional.of(arguments -> recurse(statement, arguments, scope, depth + 1))
            : Optional.empty();
    LoopValue loop = new LoopValue(elements, size, depth, recursion, budget);
    boolean any = false;
    for (Optional<Value> next = loop.advance(); next.isPresent(); next = loop.advance()) {
      any = true;
      Scope inner = scope.inner();
      inner.set("loop", loop);
      assign(statement.target(), next.get(), inner);
      if (run(statement.body(), inner, out) == End.BREAK) {
        break;
      }
      evaluator.moveTo(statement.line());
    }
    if (!any) {
      run(statement.otherwise(), scope.inner(), out);
    }
  }

  private Value recurse(For statement, Arguments arguments, Scope scope, int depth) {
    Value iterable = arguments.bind("loop()", "iterable").required("iterable");
    Output out = new Output(budget.limits().outputChars());
    runFor(statement, iterable, scope, out, depth);
    return rendering.text(out.toString());
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Name name -> scope.set(name.name(), value);
      case Target.Member member -> {
        Value object =
            scope.get(member.namespace()).orElseGet(() -> Undefined.variable(member.namespace()));
        if (!(object instanceof NamespaceValue namespace)) {
          throw new Fault("cannot assign attribute on non-namespace object");
        }
        namespace.set(member.attribute(), value);
      }
      case Target.Several several -> {
        List<Value> values = Values.list(value, budget);
        int wanted = several.targets().size();
        if (values.size() != wanted) {
          throw new Fault(
              (values.size() < wanted ? "not enough" : "too many")
                  + " values to unpack (expected "
                  + wanted
                  + ", got "
                  + values.size()
                  + ")");
        }
        for (int at = 0; at < wanted; at++) {
          assign(several.targets().get(at), values.get(at), scope);
        }
      }
    }
  }

  /** The elements for which the condition of a loop holds, tested when they are asked for. */
  private final class Filtered implements Iterator<Value> {
    private final For statement;
    private final Iterator<Value> elements;
    private final Expression condition;
    private final Scope scope;
    private @Nullable Value next;

    Filtered(For statement, Iterator<Value> elements, Expression condition, Scope scope) {
      this.statement = statement;
      this.elements = elements;
      this.condition = condition;
      this.scope = scope;
    }

    @Override
    public boolean hasNext() {
      while (next == null && elements.hasNext()) {
        Value candidate = elements.next();
        Scope inner = scope.inner();
        assign(statement.target(), candidate, inner);
        if (Values.truth(evaluator.evaluate(condition, inner))) {
          next = candidate;
        }
      }
      return next != null;
    }

    @Override
    public Value next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      Value value = next;
      next = null;
      return value;
    }
  }
}
