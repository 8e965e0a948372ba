package dev.bourse.engine;

import dev.bourse.demo.DemoModel;
import dev.bourse.model.Model;

final class TestModels {
  private TestModels() {}

  /** The embedded model. */
  static Model demo() throws Exception {
    return Model.load(DemoModel.NAME, DemoModel::bytes);
  }
}
