package com.example;

final class Texts {
    static final String ALERTS = """
        Get the "alerts" \
        of a state.
          Indented.\tTab.
        """;
}
