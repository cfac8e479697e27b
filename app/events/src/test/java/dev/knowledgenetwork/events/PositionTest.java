package dev.knowledgenetwork.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.testing.Draws;
import dev.knowledgenetwork.testing.Property;
import org.junit.jupiter.api.Test;

class PositionTest {

  @Property
  void positionsAreOrderedAsPostgresqlOrdersThem(Draws draws) {
    Position one = new Position(draws.anyLong(), draws.anyLong());
    Position other = new Position(draws.anyLong(), draws.anyLong());
    int transactions = Long.compareUnsigned(one.transaction(), other.transaction());
    int expected =
        transactions != 0 ? transactions : Long.compare(one.sequence(), other.sequence());
    assertThat(Integer.signum(one.compareTo(other))).isEqualTo(Integer.signum(expected));
  }

  @Test
  void theBeginningOfATransactionIsBeforeItsEventsAndAfterThoseOfTheOneBefore() {
    Position begins = Position.before(8);
    assertThat(begins).isLessThan(new Position(8, 1)).isGreaterThan(new Position(7, 99));
  }
}
