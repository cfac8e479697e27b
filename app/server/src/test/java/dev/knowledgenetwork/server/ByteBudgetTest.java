package dev.knowledgenetwork.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.server.ByteBudget.Turn;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {

  private final ByteBudget budget = new ByteBudget(10, 2);
  private final List<String> started = new ArrayList<>();

  private Turn turn(String name, long bytes) {
    return budget.turn(bytes, () -> started.add(name));
  }

  @Test
  void whoDoesNotFitWaitsItsTurn() {
    Turn a = turn("a", 6);
    Turn b = turn("b", 6);
    Turn c = turn("c", 1);
    assertThat(a.ask()).isTrue();
    assertThat(b.ask()).isTrue();
    assertThat(c.ask()).isTrue();
    assertThat(started).as("c would fit, and does not overtake").containsExactly("a");
    a.end();
    assertThat(started).containsExactly("a", "b", "c");
  }

  @Test
  void aFullQueueTakesNobody() {
    assertThat(turn("a", 10).ask()).isTrue();
    assertThat(turn("b", 1).ask()).isTrue();
    assertThat(turn("c", 1).ask()).isTrue();
    assertThat(turn("d", 1).ask()).isFalse();
    assertThat(started).containsExactly("a");
  }

  @Test
  void whoWithdrawsGivesItsPlaceInTheQueue() {
    turn("a", 6).ask();
    Turn b = turn("b", 6);
    b.ask();
    turn("c", 4).ask();
    assertThat(b.withdraw()).isTrue();
    assertThat(b.withdraw()).isFalse();
    assertThat(started).containsExactly("a", "c");
    b.end();
    assertThat(turn("d", 1).ask()).isTrue();
    assertThat(started).as("b gave back nothing that it never had").containsExactly("a", "c");
  }

  @Test
  void whoAsksForMoreThanThereIsGetsItAlone() {
    Turn a = turn("a", 1);
    Turn giant = turn("giant", 1_000);
    a.ask();
    giant.ask();
    assertThat(started).containsExactly("a");
    a.end();
    turn("b", 1).ask();
    assertThat(started).containsExactly("a", "giant");
    giant.end();
    giant.end();
    assertThat(started).containsExactly("a", "giant", "b");
  }

  @Test
  void whateverHappensNoMoreIsTakenThanThereIsAndNobodyWaitsInVain() {
    Random random = new Random(1);
    AtomicLong taken = new AtomicLong();
    ByteBudget many = new ByteBudget(100, 50);
    List<Turn> turns = new ArrayList<>();
    List<Long> sizes = new ArrayList<>();
    List<Boolean> running = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int chosen = turns.isEmpty() ? 0 : random.nextInt(turns.size());
      if (turns.isEmpty() || random.nextInt(3) == 0) {
        int index = turns.size();
        long bytes = random.nextLong(1, 60);
        sizes.add(bytes);
        running.add(false);
        turns.add(
            many.turn(
                bytes,
                () -> {
                  running.set(index, true);
                  taken.addAndGet(bytes);
                }));
        turns.get(index).ask();
      } else {
        if (running.get(chosen)) {
          running.set(chosen, false);
          taken.addAndGet(-sizes.get(chosen));
        }
        turns.get(chosen).end();
      }
      assertThat(taken.get()).isBetween(0L, 100L);
    }
    turns.forEach(
        turn -> {
          int index = turns.indexOf(turn);
          if (running.get(index)) {
            running.set(index, false);
            taken.addAndGet(-sizes.get(index));
          }
          turn.end();
        });
    assertThat(taken.get()).isZero();
  }
}
