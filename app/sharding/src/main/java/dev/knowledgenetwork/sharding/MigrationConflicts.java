package dev.knowledgenetwork.sharding;

import java.util.stream.Collectors;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.output.ValidateOutput;
import org.flywaydb.core.api.output.ValidateResult;

/**
 * Why a history and the scripts do not fit together, and what to do. Flyway's own words advise to
 * write the history anew, which would hide from all later runs what the tables are like.
 */
final class MigrationConflicts {

  private MigrationConflicts() {}

  static String describe(String history, ValidateResult result) {
    return result.invalidMigrations.stream()
        .map(MigrationConflicts::describe)
        .collect(
            Collectors.joining(
                "; ", "", ". History: " + history + "; another application has another one"));
  }

  private static String describe(ValidateOutput migration) {
    String name = "V" + migration.version + " (" + migration.description + ")";
    if (migration.errorDetails.errorCode instanceof CoreErrorCode code) {
      switch (code) {
        case CHECKSUM_MISMATCH, DESCRIPTION_MISMATCH, TYPE_MISMATCH -> {
          return name
              + " was applied from another script: bring that back, and put what is new in a migration"
              + " with the next number";
        }
        case APPLIED_VERSIONED_MIGRATION_NOT_RESOLVED -> {
          return name + " was applied and is not among the scripts: bring it back";
        }
        case RESOLVED_VERSIONED_MIGRATION_NOT_APPLIED -> {
          return name + " comes after later ones: give it the next number";
        }
        default -> {}
      }
    }
    return name + ": " + migration.errorDetails.errorCode;
  }
}
