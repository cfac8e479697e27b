package dev.knowledgenetwork.operator.core.shardset.operation;

import dev.knowledgenetwork.operator.core.shardset.World;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Has an operation disturbed at each of its moments. */
final class Losses {

  /** What a crash, or a status out of a backup, takes from the operator. */
  private static final List<Consumer<World>> ALL =
      List.of(World::forgetAnswers, World::forgetOperations);

  private Losses() {}

  /**
   * The end is the same whatever is lost, whenever.
   *
   * @param begin a world in which the operation is due
   * @param end what is to be in the end
   */
  static void atEachMoment(Supplier<World> begin, Consumer<World> end) {
    int moments = moments(begin.get());
    for (Consumer<World> loss : ALL) {
      for (int moment = 0; moment < moments; moment++) {
        World world = begin.get();
        for (int i = 0; i < moment; i++) {
          world.quarter(i);
        }
        loss.accept(world);
        end.accept(world.settle());
      }
    }
  }

  private static int moments(World world) {
    int quarters = 0;
    boolean begun = false;
    boolean over = false;
    while (!over) {
      world.quarter(quarters++);
      boolean active = world.operations().stream().anyMatch(state -> !state.phase().isOver());
      over = begun && !active;
      begun |= active;
      if (quarters > 1000) {
        throw new AssertionError("goes on and on: " + world.operations() + world.log());
      }
    }
    return quarters;
  }
}
