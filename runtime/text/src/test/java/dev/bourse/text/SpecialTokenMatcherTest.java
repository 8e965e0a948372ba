package dev.bourse.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SpecialTokenMatcherTest {

  @Test
  void theLongerTokenWinsEvenIfItBeginsLater() {
    assertThat(find("<a>bcd", "<a>", "a>bcd")).containsExactly("1-6:a>bcd");
    assertThat(find("<a><a>bcd", "<a>", "a>bcd")).containsExactly("0-3:<a>", "4-9:a>bcd");
  }

  @Test
  void ofTwoOccurrencesOfOneTokenTheLeftmostWins() {
    assertThat(find("aXaXa", "aXa")).containsExactly("0-3:aXa");
  }

  @Test
  void lengthIsCountedInBytes() {
    // "é日" has five bytes and "abcd" four.
    assertThat(find("abcé日", "abcé", "é日")).containsExactly("0-4:abcé");
    assertThat(find("abé日", "abé", "é日")).containsExactly("2-4:é日");
  }

  @Test
  void cutsAsIfTheTextWereCutAtOneTokenAfterTheOther() {
    Random random = new Random(11);
    for (int round = 0; round < 3_000; round++) {
      List<String> specials = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String special = random(random, 1 + random.nextInt(4));
        if (!specials.contains(special)) {
          specials.add(special);
        }
      }
      String text = random(random, random.nextInt(15));
      assertThat(find(text, specials.toArray(String[]::new)))
          .as("%s in %s", specials, text)
          .isEqualTo(cutOneAfterTheOther(text, specials));
    }
  }

  private static List<String> find(String text, String... specials) {
    Vocabulary.Builder builder = Vocabulary.builder("gpt2", "qwen2").tokens(List.of(specials));
    int[] types = new int[specials.length];
    Arrays.fill(types, TokenType.CONTROL.code());
    SpecialTokenMatcher matcher = new SpecialTokenMatcher(builder.types(types).build());
    return matcher.find(text, true).stream()
        .map(match -> match.start() + "-" + match.end() + ":" + specials[match.id()])
        .toList();
  }

  private static List<String> cutOneAfterTheOther(String text, List<String> specials) {
    record Piece(int start, String text, boolean token) {}
    List<Piece> pieces = List.of(new Piece(0, text, false));
    List<String> longestFirst = new ArrayList<>(specials);
    longestFirst.sort(Comparator.comparingInt(String::length).reversed());
    for (String special : longestFirst) {
      List<Piece> cut = new ArrayList<>();
      for (Piece piece : pieces) {
        String rest = piece.text();
        int start = piece.start();
        int found = piece.token() ? -1 : rest.indexOf(special);
        while (found >= 0) {
          cut.add(new Piece(start, rest.substring(0, found), false));
          cut.add(new Piece(start + found, special, true));
          start += found + special.length();
          rest = rest.substring(found + special.length());
          found = rest.indexOf(special);
        }
        cut.add(new Piece(start, rest, piece.token()));
      }
      pieces = cut;
    }
    return pieces.stream()
        .filter(Piece::token)
        .map(
            piece ->
                piece.start() + "-" + (piece.start() + piece.text().length()) + ":" + piece.text())
        .toList();
  }

  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}
