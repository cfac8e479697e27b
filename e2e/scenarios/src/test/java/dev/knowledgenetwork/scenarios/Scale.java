package dev.knowledgenetwork.scenarios;

import java.time.Duration;
import java.util.Locale;

/**
 * The numbers of a run. Every run has all scenarios; {@code ./kn test long} gives them larger
 * numbers, through the system property {@code kn.scale}.
 */
enum Scale {
  SMALL(Duration.ofSeconds(90), 2, 1, 100, 10),
  LARGE(Duration.ofSeconds(600), 7, 10, 1000, 100);

  private final Duration rest;
  private final int operatorKills;
  private final int deaths;
  private final int writes;
  private final int deletions;

  Scale(Duration rest, int operatorKills, int deaths, int writes, int deletions) {
    this.rest = rest;
    this.operatorKills = operatorKills;
    this.deaths = deaths;
    this.writes = writes;
    this.deletions = deletions;
  }

  /** The scale that was asked for, small where none was. */
  static Scale ofThisRun() {
    return valueOf(System.getProperty("kn.scale", "small").toUpperCase(Locale.ROOT));
  }

  /** How long a settled platform is watched. */
  Duration rest() {
    return rest;
  }

  /** How often the operator is killed in each phase of a platform's life. */
  int operatorKills() {
    return operatorKills;
  }

  /** How often each part of a platform dies. */
  int deaths() {
    return deaths;
  }

  /** How many documents are written before and after instances change. */
  int writes() {
    return writes;
  }

  /** How often what a shard rests on is deleted. */
  int deletions() {
    return deletions;
  }
}
