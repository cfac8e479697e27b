package dev.knowledgenetwork.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a class looks here. */
class StyleTest {

  private static final int PARAMETERS = 5;

  static final ArchRule NAMES_SAY_SOMETHING =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)")
          .because("such a name says nothing about what the class is for");

  static final ArchRule NO_FIELD_INJECTION =
      fields()
          .should()
          .notBeAnnotatedWith("jakarta.inject.Inject")
          .because("a constructor shows what a class needs, and a test can call it")
          .allowEmptyShould(true);

  static final ArchRule NO_STATIC_STATE =
      fields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat()
          .areNotAnonymousClasses()
          .should()
          .beFinal();

  static final ArchRule CORE_READS_NO_ENVIRONMENT =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.knowledgenetwork.operator.core..",
              "dev.knowledgenetwork.topology..",
              "dev.knowledgenetwork.kernel..")
          .should()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .because("time and environment are arguments here");

  static final ArchRule FEW_CONSTRUCTOR_PARAMETERS =
      constructors()
          .that(
              DescribedPredicate.describe(
                  "are written by hand", constructor -> !constructor.getOwner().isRecord()))
          .and()
          .areDeclaredInClassesThat()
          .areNotEnums()
          .should(
              new ArchCondition<JavaConstructor>("have at most " + PARAMETERS + " parameters") {
                @Override
                public void check(JavaConstructor constructor, ConditionEvents events) {
                  int parameters = constructor.getRawParameterTypes().size();
                  if (parameters > PARAMETERS && !constructor.getOwner().getName().contains("_")) {
                    events.add(
                        SimpleConditionEvent.violated(
                            constructor, constructor.getFullName() + " has " + parameters));
                  }
                }
              });

  static final ArchRule RECONCILERS_END_IN_RECONCILER =
      classes()
          .that()
          .implement("io.javaoperatorsdk.operator.api.reconciler.Reconciler")
          .should()
          .haveSimpleNameEndingWith("Reconciler");

  static Stream<ArchRule> rules() {
    return Stream.of(
        NAMES_SAY_SOMETHING,
        NO_FIELD_INJECTION,
        NO_STATIC_STATE,
        CORE_READS_NO_ENVIRONMENT,
        FEW_CONSTRUCTOR_PARAMETERS,
        RECONCILERS_END_IN_RECONCILER);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void holds(ArchRule rule) {
    rule.check(ProductClasses.all());
  }
}
