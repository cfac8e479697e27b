package dev.knowledgenetwork.operator.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheClientTest {

  @ParameterizedTest
  @CsvSource({"0,100,0", "9,100,0", "59,100,50", "60,100,60", "250,100,100", "5,0,0"})
  void memoryIsToldInTens(long used, long limit, int percent) {
    String info =
        "# Memory\r\nused_memory:"
            + used
            + "\r\nused_memory_human:x\r\nmaxmemory:"
            + limit
            + "\r\n";
    assertThat(CacheClient.usedPercent(info)).isEqualTo(percent);
  }
}
