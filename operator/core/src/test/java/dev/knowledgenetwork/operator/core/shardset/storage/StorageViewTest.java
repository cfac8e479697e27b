package dev.knowledgenetwork.operator.core.shardset.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.knowledgenetwork.operator.core.shardset.storage.StorageView.Volume;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageViewTest {

  private static final long SIZE = 1000;

  @ParameterizedTest
  @CsvSource({"0, 0", "40, 0", "41, 5", "50, 5", "849, 85", "850, 85", "851, 85", "1000, 100"})
  void whatIsUsedIsToldInSteps(long used, int told) {
    assertThat(after(Optional.empty(), used).usedPercent()).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource({"809, 85", "801, 85", "800, 80", "890, 85", "900, 90", "300, 30"})
  void whatWasToldIsToldAgainWhileItIsLessThanAStepFromTheTruth(long used, int told) {
    assertThat(after(Optional.of(new Volume(SIZE, 85)), used).usedPercent()).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource({"900, 50, 95", "0, 0, 0"})
  void whatIsReservedForRootIsNotAvailable(long used, long available, int told) {
    assertThat(Volume.of(SIZE, used, available, Optional.empty()).usedPercent()).isEqualTo(told);
  }

  private static Volume after(Optional<Volume> before, long used) {
    return Volume.of(SIZE, used, SIZE - used, before);
  }
}
