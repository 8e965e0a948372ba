package dev.bourse.sdk;

/**
 * A program that lives next to the model.
 *
 * <p>Implement it with a public class that has a public constructor without parameters, name that
 * class in the inferlet's manifest, and see {@link dev.bourse.sdk} for a whole one.
 */
public interface Inferlet {
  /**
   * Runs once, start to end.
   *
   * @param session the client, the parameters and the model
   * @return the result, delivered to the client when the inferlet has ended
   * @throws Exception ends the inferlet as failed; the message is what the client sees
   */
  String run(Session session) throws Exception;
}
