"""What is wasted and what is broken: findings over whole portfolios, each with kWh, money, kg CO2e and confidence."""
