package dev.knowledgenetwork.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** How a class looks here. */
@AnalyzeClasses(
    packages = "dev.knowledgenetwork",
    importOptions = ImportOption.DoNotIncludeTests.class)
class StyleTest {

  private static final int PARAMETERS = 5;

  @ArchTest
  static final ArchRule NAMES_SAY_SOMETHING =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helpers?|Manager|Impl)")
          .because("such a name says nothing about what the class is for");

  @ArchTest
  static final ArchRule NO_FIELD_INJECTION =
      fields()
          .should()
          .notBeAnnotatedWith("jakarta.inject.Inject")
          .because("a constructor shows what a class needs, and a test can call it")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule NO_STATIC_STATE =
      fields()
          .that()
          .areStatic()
          .and()
          .areDeclaredInClassesThat()
          .areNotAnonymousClasses()
          .should()
          .beFinal();

  @ArchTest
  static final ArchRule CORE_READS_NO_ENVIRONMENT =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.knowledgenetwork.operator.core..",
              "dev.knowledgenetwork.topology..",
              "dev.knowledgenetwork.domain..")
          .should()
          .callMethod(System.class, "getenv", String.class)
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(java.time.Instant.class, "now")
          .because("time and environment are arguments here");

  @ArchTest
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

  @ArchTest
  static final ArchRule RECONCILERS_END_IN_RECONCILER =
      classes()
          .that()
          .implement("io.javaoperatorsdk.operator.api.reconciler.Reconciler")
          .should()
          .haveSimpleNameEndingWith("Reconciler");
}
